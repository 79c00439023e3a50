import { formatCount, formatDuration, formatNumber } from '@eyegazer/client';
import type { EventData, ExperimentState } from '@eyegazer/core';
import type { RunState } from '../../../live/run-state.js';
import { ProgressBar } from '../../../ui/progress-bar.js';

const phases: Record<EventData<'progress'>['phase'], string> = { preparing: 'Preparing', training: 'Training', evaluating: 'Evaluating', bundling: 'Making the bundle' };
const tones: Partial<Record<ExperimentState, 'good' | 'critical' | 'warning' | 'neutral'>> = { succeeded: 'good', failed: 'critical', stopped: 'warning', cancelled: 'neutral' };
const waiting: Partial<Record<ExperimentState, string>> = { queued: 'Waiting for a free device', placed: 'Handed to a worker', running: 'Starting' };

/** Where the run is and how long it will take, in one line that never changes its height. */
export function ProgressStrip({ run: { state, progress } }: { run: RunState }) {
  const running = state === 'running';
  const known = progress !== null && progress.updates > 0;
  return (
    <section className="card progress-strip" aria-label="Progress" data-testid="progress">
      <ProgressBar share={known ? progress.update / progress.updates : running ? null : 0} label="Training progress" tone={tones[state] ?? 'accent'} />
      <dl>
        <Item name="Phase" value={running && progress ? phases[progress.phase] : (waiting[state] ?? 'Ended')} />
        <Item name="Epoch" value={known ? progress.epoch.toFixed(1) : '–'} />
        <Item name="Update" value={known ? `${formatCount(progress.update)} of ${formatCount(progress.updates)}` : '–'} testId="progress-update" />
        <Item name="Images/s" value={progress?.imagesPerSecond == null ? '–' : formatNumber(Number(progress.imagesPerSecond.toPrecision(3)))} testId="images-per-second" />
        <Item name="Time left" value={running && progress?.secondsLeft != null ? formatDuration(progress.secondsLeft) : '–'} testId="time-left" />
      </dl>
    </section>
  );
}

function Item({ name, value, testId }: { name: string; value: string; testId?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={testId}>{value}</dd>
    </div>
  );
}
