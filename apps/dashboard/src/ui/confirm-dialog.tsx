import type { ReactNode } from 'react';
import { Button } from './button.js';
import { Dialog } from './dialog.js';

interface ConfirmProps {
  title: string;
  children: ReactNode;
  /** What the button does, as a verb. */
  action: string;
  /** The way out. */
  keep: string;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ title, children, action, keep, busy, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="muted">{children}</p>
      <div className="dialog__foot">
        <Button onClick={onClose}>
          {keep}
        </Button>
        <Button look="danger" busy={busy} onClick={onConfirm} testId="confirm">
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
