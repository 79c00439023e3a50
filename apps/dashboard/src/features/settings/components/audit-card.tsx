import type { AuditEntryWire } from '@eyegazer/core';
import { Link } from 'wouter';
import { Chip } from '../../../ui/chip.js';
import { formatAgo, formatInstant } from '../../../ui/format-time.js';
import { Loaded } from '../../../ui/loaded.js';
import { Pager, usePages } from '../../../ui/pager.js';
import { useNow } from '../../../ui/use-now.js';
import { useAudit } from '../api/use-audit.js';

/** Who did what, newest first. */
export function AuditCard() {
  const pages = usePages('audit');
  const audit = useAudit(pages.cursor);
  return (
    <section className="card" data-testid="audit-card">
      <div className="card__head">
        <h2>Audit log</h2>
      </div>
      <Loaded query={audit}>{(data) => (data.items.length === 0 ? <p className="muted">Nothing has been changed yet.</p> : <AuditTable entries={data.items} />)}</Loaded>
      {audit.data && <Pager pages={pages} nextCursor={audit.data.nextCursor} />}
    </section>
  );
}

function AuditTable({ entries }: { entries: readonly AuditEntryWire[] }) {
  const now = useNow(30_000);
  return (
    <div className="table-scroll">
      <table className="data-table settings__table">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">Did</th>
            <th scope="col">To</th>
            <th scope="col">From</th>
            <th scope="col">Answer</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id} title={`Request ${entry.requestId}`}>
              <td>
                <time dateTime={entry.at} title={formatInstant(entry.at)}>
                  {formatAgo(entry.at, now)}
                </time>
              </td>
              <td>{entry.actor.name}</td>
              <td className="settings__first">{formatOperation(entry.operation)}</td>
              <td className="mono" data-label="to">
                <Target entry={entry} />
              </td>
              <td className="mono" data-label="from">{entry.address}</td>
              <td className="settings__corner">
                <Chip tone={entry.status < 400 ? 'good' : 'warning'}>{entry.status}</Chip>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Target({ entry: { operation, target } }: { entry: AuditEntryWire }) {
  const id = target['id'];
  if (id === undefined) return <span className="muted settings__none">–</span>;
  return operation.endsWith('Experiment') ? <Link href={`/experiments/${id}`}>{id}</Link> : <>{id}</>;
}

/** `cancelExperiment` -> `Cancel experiment` */
function formatOperation(operation: string): string {
  if (operation === 'createSession') return 'Sign in';
  if (operation === 'deleteSession') return 'Sign out';
  const words = operation.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
