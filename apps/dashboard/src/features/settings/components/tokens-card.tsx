import type { TokenWire } from '@eyegazer/core';
import { useState } from 'react';
import { useSession } from '../../../session/session.js';
import { Button, IconButton } from '../../../ui/button.js';
import { Chip, type Tone } from '../../../ui/chip.js';
import { ConfirmDialog } from '../../../ui/confirm-dialog.js';
import { formatAgo, formatInstant } from '../../../ui/format-time.js';
import { Loaded } from '../../../ui/loaded.js';
import { Empty } from '../../../ui/notice.js';
import { Pager, usePages } from '../../../ui/pager.js';
import { useNow } from '../../../ui/use-now.js';
import { useRevokeToken, useTokens } from '../api/use-tokens.js';
import { CreateTokenDialog } from './create-token-dialog.js';

const tones: Record<TokenWire['state'], Tone> = { usable: 'good', expired: 'warning', revoked: 'neutral' };

/** Every key to the doors, and the way to make and break them. */
export function TokensCard() {
  const { open } = useSession();
  const pages = usePages('tokens');
  const tokens = useTokens(pages.cursor);
  const [making, setMaking] = useState(false);
  const [doomed, setDoomed] = useState<TokenWire | null>(null);
  const revoke = useRevokeToken();
  const makeButton = (
    <Button icon="key" onClick={() => setMaking(true)} testId="create-token">
      {open ? 'Make the first admin token' : 'New token'}
    </Button>
  );
  return (
    <section className="card" data-testid="tokens-card">
      <div className="card__head">
        <h2>Access tokens</h2>
        {tokens.data && tokens.data.items.length > 0 && makeButton}
      </div>
      <Loaded query={tokens}>
        {(data) =>
          data.items.length === 0 ? (
            <Empty title="No tokens yet" actions={makeButton}>
              One for each person, program and worker: each can be revoked by itself, and the audit log knows them by name.
            </Empty>
          ) : (
            <TokenTable tokens={data.items} onRevoke={setDoomed} />
          )
        }
      </Loaded>
      {tokens.data && <Pager pages={pages} nextCursor={tokens.data.nextCursor} />}
      {making && <CreateTokenDialog first={open} onClose={() => setMaking(false)} />}
      {doomed && (
        <ConfirmDialog title={`Revoke ${doomed.name}?`} action="Revoke" keep="Keep it" busy={revoke.isPending} onClose={() => setDoomed(null)} onConfirm={() => revoke.mutate(doomed, { onSettled: () => setDoomed(null) })}>
          {doomed.role === 'worker' ? 'The worker that has it stops at once and its experiments are queued again. ' : 'Whoever has it is signed out everywhere. '}
          This cannot be taken back.
        </ConfirmDialog>
      )}
    </section>
  );
}

function TokenTable({ tokens, onRevoke }: { tokens: readonly TokenWire[]; onRevoke: (token: TokenWire) => void }) {
  const now = useNow(30_000);
  const { actor } = useSession();
  return (
    <div className="table-scroll">
      <table className="data-table settings__table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Role</th>
            <th scope="col">Begins with</th>
            <th scope="col">Made</th>
            <th scope="col">Last used</th>
            <th scope="col">Expires</th>
            <th scope="col">
              <span className="visually-hidden">Revoke</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id} data-testid={`token-${token.name}`} data-state={token.state}>
              <td className="settings__first">
                {token.name} {token.id === actor.tokenId && <Chip>you</Chip>} {token.state !== 'usable' && <Chip tone={tones[token.state]}>{token.state}</Chip>}
              </td>
              <td>{token.role}</td>
              <td className="mono">{token.prefix}…</td>
              <td data-label="made">
                <When at={token.createdAt} now={now} />
              </td>
              <td data-label="used">{token.lastUsedAt ? <When at={token.lastUsedAt} now={now} /> : <span className="muted">never</span>}</td>
              <td data-label="expires">{token.expiresAt ? formatInstant(token.expiresAt) : <span className="muted">never</span>}</td>
              <td className="settings__end settings__corner">{token.state === 'usable' && <IconButton icon="trash" label={`Revoke ${token.name}`} onClick={() => onRevoke(token)} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function When({ at, now }: { at: string; now: number }) {
  return (
    <time dateTime={at} title={formatInstant(at)}>
      {formatAgo(at, now)}
    </time>
  );
}
