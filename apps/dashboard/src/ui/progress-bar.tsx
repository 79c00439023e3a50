import './progress-bar.css';

/** A bar of real progress; null means under way without a known end. */
export function ProgressBar({ share, label, tone = 'accent' }: { share: number | null; label: string; tone?: 'accent' | 'neutral' | 'critical' | 'good' | 'warning' }) {
  const percent = share === null ? undefined : Math.round(1000 * Math.min(1, Math.max(0, share))) / 10;
  return (
    <span className={`progress progress--${tone}`} data-open-ended={share === null}>
      <progress className="visually-hidden" aria-label={label} max={100} value={percent} />
      <span className="progress__fill" aria-hidden="true" style={percent === undefined ? undefined : { width: `${percent}%` }} />
    </span>
  );
}
