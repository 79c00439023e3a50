import { formatBytes, formatParameters } from '@eyegazer/client';
import { parseModelSource, type ModelProgress, type ModelWire } from '@eyegazer/core';
import { ForRole } from '../../../session/for-role.js';
import { Button, IconButton } from '../../../ui/button.js';
import { Chip } from '../../../ui/chip.js';
import { Fact } from '../../../ui/fact.js';
import { ProgressBar } from '../../../ui/progress-bar.js';
import { useAddModel } from '../api/use-models.js';

/** One base model: what it is, how far it is, or what went wrong. */
export function ModelCard({ model, onDelete }: { model: ModelWire; onDelete: () => void }) {
  const { name, source, state } = model;
  return (
    <li className="card" data-testid={`model-row-${name}`}>
      <div className="card__head">
        <h2>{name}</h2>
        {state !== 'ready' && <StateChip state={state} />}
        <ForRole needs="member">
          <IconButton icon={state === 'importing' ? 'stop' : 'trash'} label={state === 'importing' ? `Stop importing ${name}` : `Remove ${name}`} onClick={onDelete} />
        </ForRole>
      </div>
      {state === 'ready' && (
        <dl className="facts facts--model">
          <Fact name="Parameters">{formatParameters(model.parameterCount)}</Fact>
          <Fact name="On disk">{formatBytes(model.byteLength)}</Fact>
          <Fact name="Image">{`${model.imageSize} px, patches of ${model.patchSize}`}</Fact>
          <Fact name="Shape">{`${model.numHiddenLayers} layers, width ${model.hiddenSize}, ${model.numAttentionHeads} heads`}</Fact>
        </dl>
      )}
      {state === 'importing' && <Progress name={name} progress={model.progress} />}
      {state === 'failed' && (
        <>
          <p className="model-list__error">{model.error.message}</p>
          <ForRole needs="member">
            <RetryButton name={name} source={source} />
          </ForRole>
        </>
      )}
      <p className="model-list__source mono muted">{source}</p>
    </li>
  );
}

/** Told to screen readers when it changes. */
function StateChip({ state }: { state: 'importing' | 'failed' }) {
  return (
    <span data-testid="model-state" data-state={state} aria-live="polite">
      <Chip tone={state === 'importing' ? 'accent' : 'critical'} dot live={state === 'importing'}>
        {state === 'importing' ? 'Importing' : 'Failed'}
      </Chip>
    </span>
  );
}

const words: Record<ModelProgress['phase'], string> = { listing: 'Looking what is there', downloading: 'Downloading', checking: 'Checking the weights', storing: 'Storing' };

function Progress({ name, progress }: { name: string; progress: ModelProgress | null }) {
  return (
    <div className="model-list__progress">
      <ProgressBar share={progress?.totalBytes ? progress.doneBytes / progress.totalBytes : null} label={`Import of ${name}`} />
      <p className="muted small">
        {progress ? words[progress.phase] : 'Starting'}
        {progress?.totalBytes ? `: ${formatBytes(progress.doneBytes)} of ${formatBytes(progress.totalBytes)}` : ''}
      </p>
    </div>
  );
}

/** Asks for the same again; what is downloaded already is kept. */
function RetryButton({ name, source }: { name: string; source: string }) {
  const retry = useAddModel();
  return (
    <Button icon="retry" busy={retry.isPending} onClick={() => retry.mutate({ name, source: parseModelSource(source, 'source') })} testId="retry-model">
      Try again
    </Button>
  );
}
