import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon, type IconName } from './icon.js';
import './button.css';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

interface Shared {
  look?: Look;
  icon?: IconName;
  children: ReactNode;
  testId?: string;
}

interface ButtonProps extends Shared, Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  /** Work under way: the button waits and says so. */
  busy?: boolean;
}

export function Button({ look = 'plain', icon, busy = false, children, testId, disabled, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={`button button--${look}`} disabled={disabled === true || busy} aria-busy={busy} data-testid={testId}>
      {busy ? <span className="button__spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A link that looks like a button; `download` leaves the page to the browser. */
export function ButtonLink({ look = 'plain', icon, children, testId, href, download = false }: Shared & { href: string; download?: boolean }) {
  const shared = { className: `button button--${look}`, 'data-testid': testId, href };
  const content = (
    <>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </>
  );
  if (download) {
    return (
      <a {...shared} download>
        {content}
      </a>
    );
  }
  return <Link {...shared}>{content}</Link>;
}

/** A button of one icon; its label is for screen readers and the tooltip. */
export function IconButton({ icon, label, disabled, onClick, testId }: { icon: IconName; label: string; disabled?: boolean; onClick: () => void; testId?: string }) {
  return (
    <button type="button" className="icon-button" aria-label={label} title={label} disabled={disabled} onClick={onClick} data-testid={testId}>
      <Icon name={icon} />
    </button>
  );
}
