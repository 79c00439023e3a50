import type { ReactNode } from 'react';
import './chip.css';

export type Tone = 'neutral' | 'accent' | 'good' | 'critical' | 'warning' | 'info';

/** A short word on a tinted ground; `live` makes its dot breathe. */
export function Chip({ tone = 'neutral', dot = false, live = false, children, testId }: { tone?: Tone; dot?: boolean; live?: boolean; children: ReactNode; testId?: string }) {
  return (
    <span className={`chip chip--${tone}`} data-testid={testId}>
      {dot && <span className="chip__dot" data-live={live} aria-hidden="true" />}
      {children}
    </span>
  );
}
