import { Icon } from './icon.js';
import { messageOf } from './message-of.js';

/** Why a form was not taken, in the server's words; nothing while `error` is null. */
export function FormError({ error, testId }: { error: unknown; testId?: string }) {
  if (error === null) return null;
  return (
    <p className="form-error" role="alert" data-testid={testId}>
      <Icon name="alert" />
      <span>{messageOf(error)}</span>
    </p>
  );
}
