import type { DatasetWire } from '@eyegazer/core';
import { Link } from 'wouter';
import { ForRole } from '../../../session/for-role.js';
import { ButtonLink } from '../../../ui/button.js';
import { Icon } from '../../../ui/icon.js';
import { ProgressBar } from '../../../ui/progress-bar.js';
import { useDemo } from '../api/use-demo.js';
import { Fundus } from './fundus.js';
import './welcome.css';

/** The empty state: two ways to a first experiment, and what each will do. */
export function Welcome({ datasets }: { datasets: readonly DatasetWire[] }) {
  const importing = datasets.find(({ state }) => state === 'importing');
  const ready = datasets.some(({ state }) => state === 'ready');
  return (
    <section className="welcome" data-testid="empty-state">
      <Fundus />
      <h1>Fine-tune a vision model, and see at once when it cheats</h1>
      <p className="welcome__lead">Eyegazer trains LoRA adapters for image classifiers, shows the loss as it falls, and says so when a model only answers the easy classes.</p>
      {importing && <Importing dataset={importing} />}
      <ForRole needs="member" otherwise={<p className="muted">There is nothing to see yet: somebody with a member token begins by importing a dataset.</p>}>
        <Ways ready={ready} />
      </ForRole>
    </section>
  );
}

function Ways({ ready }: { ready: boolean }) {
  const demo = useDemo();
  return (
    <>
      {ready && (
        <p className="welcome__next">
          <ButtonLink href="/new" look="primary" icon="plus" testId="new-experiment">
            New experiment
          </ButtonLink>
          <span className="muted small">Your data is ready.</span>
        </p>
      )}
      <div className="welcome__ways">
        <Link href="/datasets?import=1" className="way" data-testid="import-dataset">
          <span className="way__icon">
            <Icon name="import" />
          </span>
          <span className="way__title">Import a dataset</span>
          <span className="way__text">A folder of labelled images on this machine, in Kaggle's APTOS layout. Everything is checked and a part is held out for honest numbers.</span>
        </Link>
        <button type="button" className="way" data-testid="try-demo" onClick={() => demo.mutate()} disabled={demo.isPending || demo.isSuccess}>
          <span className="way__icon">
            <Icon name="play" />
          </span>
          <span className="way__title">{demo.isPending ? 'Starting the demo…' : demo.isSuccess ? 'The demo is on its way' : 'Try the demo'}</span>
          <span className="way__text">Draws a small set of eye photographs, makes a tiny model, and trains it while you watch. Takes about a minute and downloads nothing.</span>
        </button>
      </div>
    </>
  );
}

function Importing({ dataset: { id, name, progress } }: { dataset: DatasetWire }) {
  const share = progress?.total ? progress.done / progress.total : null;
  return (
    <output className="welcome__importing">
      <span className="small">
        Preparing <Link href={`/datasets/${id}`}>{name}</Link>
        {progress && `: ${progress.phase}${progress.total ? `, ${progress.done} of ${progress.total}` : ''}`}
      </span>
      <ProgressBar share={share} label={`Preparing ${name}`} />
    </output>
  );
}
