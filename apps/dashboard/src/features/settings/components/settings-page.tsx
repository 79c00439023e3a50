import { useSession } from '../../../session/session.js';
import { useTitle } from '../../../ui/use-title.js';
import { AuditCard } from './audit-card.js';
import { SessionCard } from './session-card.js';
import { TokensCard } from './tokens-card.js';
import './settings-page.css';

/** Who may come in, and what they did. */
export function SettingsPage() {
  useTitle('Settings');
  const { may } = useSession();
  return (
    <>
      <div className="page-head">
        <h1>Settings</h1>
      </div>
      <div className="stack">
        <SessionCard />
        {may('admin') && <TokensCard />}
        {may('admin') && <AuditCard />}
      </div>
    </>
  );
}
