import { formatCount } from '@eyegazer/client';
import { importPhases, type ImportProgress } from '@eyegazer/core';
import { ProgressBar } from '../../../../ui/progress-bar.js';
import './import.css';

const words: Record<ImportProgress['phase'], string> = { scanning: 'Looking for images', reading: 'Checking images', auditing: 'Looking for copies and shortcuts', splitting: 'Holding out a part', storing: 'Storing' };

/** How far a running import is. */
export function ImportProgressBar({ name, progress }: { name: string; progress: ImportProgress | null }) {
  return (
    <div className="import-progress">
      <ProgressBar share={progress?.total ? progress.done / progress.total : null} label={`Import of ${name}`} />
      <p className="muted small" data-testid="import-count">
        {progress ? words[progress.phase] : 'Starting'}
        {progress && countOf(progress)}
      </p>
    </div>
  );
}

/** The steps of a running import, the one under way, and how far that is. */
export function ImportSteps({ name, progress }: { name: string; progress: ImportProgress | null }) {
  const at = progress ? importPhases.indexOf(progress.phase) : -1;
  return (
    <div>
      <ol className="import-steps">
        {importPhases.map((phase, i) => (
          <li key={phase} data-at={i < at ? 'done' : i === at ? 'now' : 'later'} aria-current={i === at ? 'step' : undefined}>
            {words[phase]}
          </li>
        ))}
      </ol>
      <ImportProgressBar name={name} progress={progress} />
    </div>
  );
}

/** Only what is known: without a total, what was found so far. */
function countOf({ done, total }: ImportProgress): string {
  if (total !== null && total > 0) return `: ${formatCount(done)} of ${formatCount(total)}`;
  return done > 0 ? `: ${formatCount(done)} so far` : '';
}
