import { formatCount, formatNumber } from '@eyegazer/client';
import type { EventData, RuleId } from '@eyegazer/core';
import type { HealthView, StandingFinding } from '../../../live/standing-findings.js';
import { ButtonLink } from '../../../ui/button.js';
import { Icon } from '../../../ui/icon.js';
import { PairedBars } from '../../../ui/paired-bars.js';
import { readHistogram, readValues } from '../api/read-evidence.js';
import './health-banner.css';

interface HealthBannerProps {
  experimentId: string;
  health: HealthView;
  hasEvaluation: boolean;
}

/** Says that a run cheats or has broken, shows the evidence, and offers what to try. Silent while all is well. */
export function HealthBanner({ experimentId, health: { level, standing, cleared }, hasEvaluation }: HealthBannerProps) {
  const first = standing[0];
  // What only informed, early in the run, needs no all-clear.
  const alarms = cleared.filter(({ finding }) => finding.level !== 'info');
  if (!level || !first) return alarms.length > 0 && hasEvaluation ? <Cleared findings={alarms} /> : null;
  const { title, lead } = wordsFor(level, standing);
  const histogram = standing.map(({ finding }) => readHistogram(finding.evidence)).find((found) => found !== null);
  return (
    <section className={`health health--${level}`} role={level === 'info' ? 'status' : 'alert'} data-testid="health-banner" data-level={level} data-rules={standing.map(({ rule }) => rule).join(' ')}>
      <header className="health__head">
        <Icon name={level === 'info' ? 'info' : 'alert'} />
        <div>
          <h2>{title}</h2>
          <p>{lead}</p>
        </div>
      </header>
      <div className="health__body">
        <ul className="health__findings">
          {standing.map((entry) => (
            <Finding key={entry.rule} entry={entry} />
          ))}
        </ul>
        {histogram && (
          <div className="health__evidence">
            <h3>What it answers, against the truth</h3>
            <PairedBars names={histogram.classNames} predicted={histogram.predictedCounts} truth={histogram.truthCounts} />
          </div>
        )}
      </div>
      <Remedies experimentId={experimentId} remedies={remediesOf(standing)} />
    </section>
  );
}

function Finding({ entry: { rule, finding, updates } }: { entry: StandingFinding }) {
  const values = readValues(finding.evidence);
  return (
    <li className="finding" data-level={finding.level} data-testid={`finding-${rule}`}>
      <span className="finding__rule">{rule}</span>
      <div>
        <p>{finding.message}</p>
        <p className="finding__facts">
          {updates.length > 1 ? `${updates.length} times, first at update ${formatCount(updates[0] ?? 0)}` : `at update ${formatCount(finding.update)}`}
          {values.slice(0, 4).map(({ name, value }) => (
            <span key={name}>
              {name} {formatNumber(value)}
            </span>
          ))}
        </p>
      </div>
    </li>
  );
}

type Remedy = EventData<'finding'>['remedies'][number];

function Remedies({ experimentId, remedies }: { experimentId: string; remedies: Remedy[] }) {
  if (remedies.length === 0) return null;
  return (
    <div className="health__remedies">
      <h3>What to try, most promising first</h3>
      <ol>
        {remedies.map(({ text, changes }, i) => (
          <li key={text}>
            <span>{text}</span>
            {Object.keys(changes).length > 0 && (
              <ButtonLink look={i === 0 ? 'plain' : 'quiet'} icon="clone" href={`/new?from=${encodeURIComponent(experimentId)}&changes=${encodeURIComponent(JSON.stringify(changes))}`} testId={`remedy-${i}`}>
                Clone with this
              </ButtonLink>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Cleared({ findings }: { findings: StandingFinding[] }) {
  return (
    <section className="health health--cleared" aria-live="polite" data-testid="health-cleared">
      <header className="health__head">
        <Icon name="check" />
        <div>
          <h2>The newest evaluation is healthy</h2>
          <p>Earlier ones were not: {findings.map(({ rule, updates }) => `${rule} at update ${formatCount(updates.at(-1) ?? 0)}`).join(', ')}.</p>
        </div>
      </header>
    </section>
  );
}

const collapseRules: readonly RuleId[] = ['C1', 'C2', 'C3', 'C4'];

/** What stands, as a headline and what it means: only what the rules have really said. */
function wordsFor(level: HealthView['level'], standing: StandingFinding[]): { title: string; lead: string } {
  const critical = standing.filter(({ finding }) => finding.level === 'critical').map(({ rule }) => rule);
  if (critical.includes('N1')) return { title: 'Training broke', lead: 'Numbers stopped being finite; nothing after that point can be trusted.' };
  if (critical.some((rule) => collapseRules.includes(rule))) return { title: 'This run is cheating', lead: 'It has collapsed onto easy answers. Its accuracy says little about what it sees.' };
  if (critical.includes('C9')) return { title: 'This run stands still', lead: 'Its evaluations repeat to the last digit: nothing is being learned.' };
  if (level === 'critical') return { title: 'This run guesses', lead: 'Its answers agree with the truth no better than chance would.' };
  if (level === 'warning') return { title: 'This run looks suspicious', lead: 'Some classes are left out. Look at recall per class before trusting its accuracy.' };
  return { title: 'Early signs, too soon to tell', lead: 'The first evaluations of a run often lean to one side. This is watched.' };
}

/** The remedies of all that stands, each once, in the order that the rules give. */
function remediesOf(standing: StandingFinding[]): Remedy[] {
  const byText = new Map<string, Remedy>();
  for (const { finding } of standing) for (const remedy of finding.remedies) if (!byText.has(remedy.text)) byText.set(remedy.text, remedy);
  return [...byText.values()];
}
