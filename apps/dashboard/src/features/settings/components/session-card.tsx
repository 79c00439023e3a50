import { useSession } from '../../../session/session.js';
import { Button } from '../../../ui/button.js';
import { Chip } from '../../../ui/chip.js';
import { roleWords } from './role-words.js';

/** Who this browser is to the server. */
export function SessionCard() {
  const { actor, open, signOut } = useSession();
  return (
    <section className="card" data-testid="session-card">
      <div className="card__head">
        <h2>{open ? 'Open to this machine' : `Signed in as ${actor.name}`}</h2>
        {signOut && (
          <Button icon="leave" onClick={signOut} testId="settings-sign-out">
            Sign out
          </Button>
        )}
      </div>
      {open ? (
        <p className="muted settings__text">
          This server listens on this machine alone, and whoever works here may do everything. Once there is an access token, everybody needs one; to let other machines in, start it with <code>HOST</code>{' '}
          set to an address.
        </p>
      ) : (
        <p className="muted settings__text">
          <Chip tone="accent">{actor.role}</Chip> {roleWords[actor.role]}
        </p>
      )}
    </section>
  );
}
