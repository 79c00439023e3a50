import { formatCount } from '@eyegazer/client';
import { Link } from 'wouter';
import './tabs.css';

export interface Tab {
  id: string;
  href: string;
  text: string;
  /** How many things are there. */
  count?: number;
  /** Something there is wrong. */
  bad?: boolean;
}

/** The parts of a page, each with an address of its own. */
export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ id, href, text, count, bad = false }) => (
        <Link key={id} href={href} className="tab" aria-current={id === current ? 'page' : undefined} data-testid={`tab-${id}`}>
          {text}
          {count !== undefined && count > 0 && (
            <span className="tab__count" data-bad={bad}>
              {formatCount(count)}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
