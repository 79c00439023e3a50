import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react';
import { Button, IconButton } from './button.js';
import { Icon } from './icon.js';
import { messageOf } from './message-of.js';
import './toast.css';

interface Toast {
  id: number;
  tone: 'critical' | 'good';
  text: string;
  action: ToastAction | undefined;
}

export interface ToastAction {
  /** A verb: `Undo`. */
  word: string;
  act: () => void;
}

interface Toasts {
  /** Shows what an error says; it stays until it is closed. */
  error: (error: unknown) => void;
  /** Shows a short piece of good news for some seconds, longer with something to do about it. */
  done: (text: string, action?: ToastAction) => void;
}

const ToastContext = createContext<Toasts | null>(null);
const goodNewsMs = 5000;
const actionMs = 12_000;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const nextId = useRef(1);
  const close = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const value = useMemo<Toasts>(() => {
    const show = (tone: Toast['tone'], text: string, action?: ToastAction): number => {
      const id = nextId.current++;
      setToasts((all) => [...all.filter((toast) => toast.text !== text), { id, tone, text, action }].slice(-4));
      return id;
    };
    return {
      error: (error) => void show('critical', messageOf(error)),
      done: (text, action) => {
        const id = show('good', text, action);
        setTimeout(() => close(id), action ? actionMs : goodNewsMs);
      },
    };
  }, [close]);
  return (
    <ToastContext value={value}>
      {children}
      <section className="toasts" aria-label="Notices" aria-live="assertive">
        {toasts.map(({ id, tone, text, action }) => (
          <div key={id} className={`toast toast--${tone}`} data-testid="toast">
            <Icon name={tone === 'critical' ? 'alert' : 'check'} />
            <div className="toast__text">
              <p>{text}</p>
              {action && (
                <Button
                  look="quiet"
                  testId="toast-action"
                  onClick={() => {
                    action.act();
                    close(id);
                  }}
                >
                  {action.word}
                </Button>
              )}
            </div>
            <IconButton icon="close" label="Dismiss" onClick={() => close(id)} />
          </div>
        ))}
      </section>
    </ToastContext>
  );
}

/** @throws Error outside of ToastProvider */
export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (!toasts) throw new Error('useToasts needs a ToastProvider around it.');
  return toasts;
}
