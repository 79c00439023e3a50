import { createTokenSchema, roles, type CreatedToken, type Role } from '@eyegazer/core';
import { useState } from 'react';
import { Button } from '../../../ui/button.js';
import { Dialog } from '../../../ui/dialog.js';
import { Choice, Field, FieldGroup } from '../../../ui/field.js';
import { FormError } from '../../../ui/form-error.js';
import { useCreateToken } from '../api/use-tokens.js';
import { NewSecret } from './new-secret.js';
import { roleWords } from './role-words.js';

const dayMs = 24 * 3600 * 1000;
const lifetimes = [
  { word: '30 days', days: 30 },
  { word: '90 days', days: 90 },
  { word: 'a year', days: 365 },
  { word: 'for good', days: null },
] as const;

/** Asks whom a token is for, then shows its secret, once. The `first` one is an admin's: it closes the open door. */
export function CreateTokenDialog({ first, onClose }: { first: boolean; onClose: () => void }) {
  const [created, setCreated] = useState<CreatedToken | null>(null);
  if (created) return <NewSecret created={created} onClose={onClose} />;
  return (
    <Dialog title={first ? 'The first admin token' : 'New access token'} onClose={onClose}>
      <TokenForm first={first} onCreated={setCreated} onClose={onClose} />
    </Dialog>
  );
}

function TokenForm({ first, onCreated, onClose }: { first: boolean; onCreated: (created: CreatedToken) => void; onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>(first ? 'admin' : 'member');
  const [days, setDays] = useState<number | null>(first ? null : 90);
  const [tried, setTried] = useState(false);
  const create = useCreateToken(onCreated);
  const check = createTokenSchema.safeParse({ name, role });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (check.success) create.mutate({ ...check.data, expiresAt: days === null ? null : new Date(Date.now() + days * dayMs).toISOString() });
      }}
    >
      {first && <p className="muted settings__text">From then on everybody needs a token on this server, this browser included: keep the one you are about to see.</p>}
      <Field label="Name" hint="The person, program or machine that will have it" error={tried && !check.success ? 'Expected a name of 1 to 80 visible characters.' : undefined}>
        {(control) => <input {...control} className="input" autoComplete="off" placeholder={first ? 'Ada, admin' : 'lab-gpu-2'} value={name} onChange={({ target }) => setName(target.value)} data-testid="token-name" />}
      </Field>
      {!first && (
        <FieldGroup label="Role" hint={roleWords[role]} testId="token-role">
          {roles.map((each) => (
            <Choice key={each} type="radio" name="role" checked={role === each} onChange={() => setRole(each)} testId={`token-role-${each}`}>
              {each}
            </Choice>
          ))}
        </FieldGroup>
      )}
      <FieldGroup label="Good for">
        {lifetimes.map((lifetime) => (
          <Choice key={lifetime.word} type="radio" name="lifetime" checked={days === lifetime.days} onChange={() => setDays(lifetime.days)}>
            {lifetime.word}
          </Choice>
        ))}
      </FieldGroup>
      <FormError error={create.error} />
      <div className="dialog__foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" icon="key" busy={create.isPending} testId="token-submit">
          Make it
        </Button>
      </div>
    </form>
  );
}
