import { AppError } from '@eyegazer/core';
import type { ReactNode } from 'react';
import { Button, ButtonLink } from './button.js';
import { Icon } from './icon.js';
import { messageOf } from './message-of.js';
import './notice.css';

/** A place that has nothing to show yet, and what to do about it. */
export function Empty({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="notice">
      <h2>{title}</h2>
      {children && <p className="muted">{children}</p>}
      {actions && <div className="notice__actions">{actions}</div>}
    </div>
  );
}

/** What went wrong while a place was loaded, in the server's words. What is not there is not asked for again: `way` leads on. */
export function Failure({ error, onRetry, way }: { error: unknown; onRetry?: () => void; way?: { href: string; word: string } }) {
  const isMissing = error instanceof AppError && error.code === 'NOT_FOUND';
  return (
    <div className="notice notice--critical" role="alert">
      <Icon name="alert" />
      <p>{messageOf(error)}</p>
      {isMissing && way ? (
        <ButtonLink href={way.href}>{way.word}</ButtonLink>
      ) : (
        onRetry && (
          <Button icon="retry" onClick={onRetry}>
            Try again
          </Button>
        )
      )}
    </div>
  );
}

/** Grey bars that hold the place of what is being loaded. */
export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <output className="loading">
      <span className="visually-hidden">Loading…</span>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} className="loading__bar" style={{ width: `${92 - ((i * 17) % 40)}%` }} />
      ))}
    </output>
  );
}
