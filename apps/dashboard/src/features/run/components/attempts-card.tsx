import { formatDuration } from '@eyegazer/client';
import type { AttemptState, AttemptWire } from '@eyegazer/core';
import { Chip, type Tone } from '../../../ui/chip.js';
import { formatInstant } from '../../../ui/format-time.js';

const tones: Record<AttemptState, Tone> = { placed: 'accent', starting: 'accent', running: 'accent', succeeded: 'good', failed: 'critical', lost: 'critical', superseded: 'neutral', cancelled: 'neutral' };

/** Every execution of the experiment: where, how long, and why it ended. */
export function AttemptsCard({ attempts }: { attempts: readonly AttemptWire[] }) {
  return (
    <section className="card" data-testid="attempts">
      <div className="card__head">
        <h2>Attempts</h2>
      </div>
      {attempts.length === 0 ? (
        <p className="muted small">None yet: the experiment waits for a device.</p>
      ) : (
        <ol className="attempt-list">
          {[...attempts]
            .sort((a, b) => b.number - a.number)
            .map(({ number, state, deviceKey, plan, error, startedAt, endedAt, createdAt }) => (
              <li key={number}>
                <p className="attempt-list__head">
                  <strong>{number}</strong>
                  <Chip tone={tones[state]}>{state}</Chip>
                  <span className="muted small" title={deviceKey}>
                    {plan?.deviceName ?? deviceKey}
                  </span>
                  <span className="muted small attempt-list__when" title={formatInstant(startedAt ?? createdAt)}>
                    {startedAt && endedAt ? formatDuration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000) : ''}
                  </span>
                </p>
                {error && <p className="attempt-list__error">{error.message}</p>}
              </li>
            ))}
        </ol>
      )}
    </section>
  );
}
