import './progress-bar.css';

/** A bar of real progress; null means under way without a known end. */
export function ProgressBar({ share, label, tone = 'accent' }: { share: number | null; label: string; tone?: 'accent' | 'neutral' | 'critical' | 'good' | 'warning' }) {
  const percent = share === null ? undefined : Math.round(100 * Math.min(1, Math.max(0, share)));
  return (
    <div className={`progress progress--${tone}`} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} data-open-ended={share === null}>
      <span className="progress__fill" style={percent === undefined ? undefined : { width: `${100 * Math.min(1, Math.max(0, share ?? 0))}%` }} />
    </div>
  );
}
