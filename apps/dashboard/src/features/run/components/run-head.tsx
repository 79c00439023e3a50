import { describeAdapter, isEnded, type ExperimentDetail } from '@eyegazer/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { useBackend } from '../../../api/backend.js';
import type { RunState } from '../../../live/run-state.js';
import { useSession } from '../../../session/session.js';
import { Button, ButtonLink } from '../../../ui/button.js';
import { Chip } from '../../../ui/chip.js';
import { ConfirmDialog } from '../../../ui/confirm-dialog.js';
import { Icon } from '../../../ui/icon.js';
import { StateChip } from '../../../ui/state-chip.js';
import { taskWord } from '../../../ui/task-word.js';
import { useRunActions } from '../api/use-run-actions.js';

/** Name, state, and what can be done about it. */
export function RunHead({ experiment, run }: { experiment: ExperimentDetail; run: RunState }) {
  const { api } = useBackend();
  const { id, name, dataset, model, task, tags, config } = experiment;
  const { may } = useSession();
  const { cancel, retry, remove, restore } = useRunActions(id);
  const [asking, setAsking] = useState(false);
  const ended = isEnded(run.state);
  const inBin = experiment.deletedAt !== null;
  const hasBundle = run.state === 'succeeded' || run.state === 'stopped';
  return (
    <header className="run-head">
      <div className="run-head__what">
        <p className="small">
          <Link href="/">Experiments</Link>
        </p>
        <h1>{name}</h1>
        <p className="run-head__facts">
          <span data-testid="experiment-state" data-state={run.state} aria-live="polite">
            <StateChip state={run.state} />
          </span>
          {run.attempt > 1 && <Chip>attempt {run.attempt}</Chip>}
          <span className="muted small">
            {dataset} · {model} · {taskWord(task)} · {describeAdapter(config.adapter)} · LR {config.training.learningRate}
          </span>
          {tags.map((tag) => (
            <Chip key={tag}>{tag}</Chip>
          ))}
        </p>
      </div>
      <div className="row-actions">
        {!ended && may('member') && (
          <Button look="danger" icon="stop" onClick={() => setAsking(true)} testId="cancel-experiment">
            Cancel
          </Button>
        )}
        {ended && !inBin && may('member') && (
          <Button icon="trash" busy={remove.isPending} onClick={() => remove.mutate()} testId="delete-experiment">
            Delete
          </Button>
        )}
        {(run.state === 'failed' || run.state === 'cancelled' || run.state === 'stopped') && !inBin && may('member') && (
          <Button icon="retry" busy={retry.isPending} onClick={() => retry.mutate()} testId="retry-experiment">
            Retry
          </Button>
        )}
        {may('member') && (
          <ButtonLink icon="clone" href={`/new?from=${encodeURIComponent(id)}`} testId="clone-experiment">
            Clone
          </ButtonLink>
        )}
        {hasBundle && (
          <ButtonLink look="primary" icon="download" href={api.bundleUrl(id)} download testId="download-bundle">
            Download bundle
          </ButtonLink>
        )}
      </div>
      {inBin && (
        <p className="run-head__bin" data-testid="in-bin">
          <Icon name="trash" />
          <span>
            In the <Link href="/bin">bin</Link>, and removed for good after a while.
          </span>
          {may('member') && (
            <Button icon="retry" busy={restore.isPending} onClick={() => restore.mutate()} testId="restore-experiment">
              Restore
            </Button>
          )}
        </p>
      )}
      {run.state === 'failed' && run.error && (
        <p className="run-head__error" role="alert" data-testid="experiment-error">
          {run.error.message}
        </p>
      )}
      {run.state !== 'failed' && run.reason && <p className="run-head__reason muted small">{run.reason}</p>}
      {asking && (
        <ConfirmDialog title="Cancel this experiment?" action="Cancel it" keep="Let it run" busy={cancel.isPending} onClose={() => setAsking(false)} onConfirm={() => cancel.mutate(undefined, { onSettled: () => setAsking(false) })}>
          It ends at the next update and makes no bundle. What was measured so far stays, and a retry starts it again.
        </ConfirmDialog>
      )}
    </header>
  );
}
