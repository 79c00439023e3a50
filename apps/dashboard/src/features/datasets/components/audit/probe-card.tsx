import { formatPercent, probeLevel, probeLimits, probeWords } from '@eyegazer/client';
import type { Probe } from '@eyegazer/core';
import { formatMetric } from '../../../../ui/format-number.js';

/** How well colour, border and size alone predict the label, and what that means. */
export function ProbeCard({ probe }: { probe: Probe | null }) {
  return (
    <section className="card probe" data-testid="probe" data-level={probe ? probeLevel(probe) : undefined}>
      <div className="card__head">
        <h2>Shortcut probe</h2>
        {probe && <span className="muted small">{probe.folds} folds, answers for unseen images only</span>}
      </div>
      {probe ? <Score probe={probe} /> : <p className="muted small">Too few labelled images to tell whether colour, border and size alone give the label away.</p>}
    </section>
  );
}

function Score({ probe }: { probe: Probe }) {
  const { qwk, accuracy, majority, parts } = probe;
  const { title, meaning } = probeWords[probeLevel(probe)];
  return (
    <div className="probe__body">
      <Gauge value={qwk} />
      <div className="probe__words">
        <p>
          <strong>{title}.</strong> Colour, border and size alone reach QWK <span data-testid="probe-qwk">{formatMetric(qwk)}</span> and an accuracy of {formatPercent(accuracy, 1)}; always answering the largest class gets {formatPercent(majority, 1)}.
        </p>
        <p className="muted">{meaning}</p>
      </div>
      <ul className="probe__parts" aria-label="QWK by one kind of feature alone">
        {parts.map(({ name, qwk: alone }) => (
          <li key={name}>
            <span>{name} alone</span>
            <span className="probe__track" aria-hidden="true">
              <span style={{ width: `${100 * clamp(alone)}%` }} />
            </span>
            <span className="num">{formatMetric(alone)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const radius = 70;

/** A half circle from 0 to 1 with its zones; below 0 is as good as chance. */
function Gauge({ value }: { value: number }) {
  const [x, y] = pointAt(clamp(value), radius - 15);
  return (
    <figure aria-label={`QWK ${formatMetric(value)} on a scale from 0, chance, to 1, all right`}>
      <svg className="probe__gauge" viewBox="0 0 180 104" aria-hidden="true" focusable="false">
        <path className="probe__zone probe__zone--little" d={arc(0, probeLimits.some)} />
        <path className="probe__zone probe__zone--some" d={arc(probeLimits.some, probeLimits.much)} />
        <path className="probe__zone probe__zone--much" d={arc(probeLimits.much, 1)} />
        <line className="probe__needle" x1="90" y1="88" x2={x} y2={y} />
        <circle className="probe__hub" cx="90" cy="88" r="5" />
        <text x="20" y="102">
          0
        </text>
        <text x="160" y="102">
          1
        </text>
      </svg>
    </figure>
  );
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** Where a share of the half circle lies, from its left end. */
function pointAt(share: number, distance: number): [number, number] {
  const angle = Math.PI * (1 - share);
  return [90 + distance * Math.cos(angle), 88 - distance * Math.sin(angle)];
}

/** The part of the ring between two shares, with a little air to its neighbours. */
function arc(from: number, to: number): string {
  const air = 0.006;
  const [x1, y1] = pointAt(from === 0 ? 0 : from + air, radius);
  const [x2, y2] = pointAt(to === 1 ? 1 : to - air, radius);
  return `M${x1.toFixed(2)} ${y1.toFixed(2)}A${radius} ${radius} 0 0 1 ${x2.toFixed(2)} ${y2.toFixed(2)}`;
}
