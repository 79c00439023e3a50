import { formatBytes, formatDuration } from '@eyegazer/client';
import { useState } from 'react';
import { Button, IconButton } from '../../../../ui/button.js';
import { Chip, type Tone } from '../../../../ui/chip.js';
import { ConfirmDialog } from '../../../../ui/confirm-dialog.js';
import { messageOf } from '../../../../ui/message-of.js';
import { ProgressBar } from '../../../../ui/progress-bar.js';
import { useNow } from '../../../../ui/use-now.js';
import type { Upload } from '../../api/uploads.js';
import { useUploads } from '../../api/uploads-context.js';
import './import.css';

const states: Record<Upload['state'], { word: string; tone: Tone }> = {
  sending: { word: 'Uploading', tone: 'accent' },
  paused: { word: 'Paused', tone: 'neutral' },
  starting: { word: 'Starting the import', tone: 'accent' },
  failed: { word: 'Failed', tone: 'critical' },
  lost: { word: 'Interrupted', tone: 'warning' },
};

/** One upload: how far it is, how long it takes, and what can be done with it. */
export function UploadRow({ upload }: { upload: Upload }) {
  const uploads = useUploads();
  const [asking, setAsking] = useState(false);
  const [wrongFile, setWrongFile] = useState<string | null>(null);
  const now = useNow(1000);
  const { key, request, fileName, byteLength, sentBytes, state, error } = upload;
  const problem = wrongFile ?? (state === 'failed' ? messageOf(error) : null);
  return (
    <li className="card upload-row" data-testid={`upload-${request.name}`} data-state={state}>
      <div className="upload-row__head">
        <strong>{request.name}</strong>
        <span aria-live="polite">
          <Chip tone={states[state].tone} dot live={state === 'sending' || state === 'starting'}>
            {states[state].word}
          </Chip>
        </span>
        <span className="mono">{fileName}</span>
      </div>
      <ProgressBar share={byteLength === 0 ? null : sentBytes / byteLength} label={`Upload of ${fileName}`} tone={state === 'failed' ? 'critical' : state === 'sending' || state === 'starting' ? 'accent' : 'neutral'} />
      {problem !== null && (
        <p className="upload-row__error" role="alert">
          {problem}
        </p>
      )}
      <div className="upload-row__foot">
        <p className="muted small" data-testid="upload-facts" data-sent={sentBytes}>
          {describe(upload, now)}
        </p>
        <div className="row-actions">
          {state === 'sending' && (
            <Button icon="pause" onClick={() => uploads.pause(key)} testId="upload-pause">
              Pause
            </Button>
          )}
          {(state === 'paused' || state === 'failed') && (
            <Button icon={state === 'paused' ? 'play' : 'retry'} onClick={() => uploads.resume(key)} testId="upload-resume">
              {state === 'paused' ? 'Go on' : 'Try again'}
            </Button>
          )}
          {state === 'lost' && (
            <label className="button button--primary upload-row__again">
              Choose {fileName} again
              <input
                type="file"
                accept=".zip,application/zip"
                onChange={({ target }) => {
                  const file = target.files?.[0];
                  if (file) setWrongFile(uploads.chooseAgain(key, file));
                  target.value = '';
                }}
                data-testid="upload-file-again"
              />
            </label>
          )}
          {state !== 'starting' && <IconButton icon="close" label={`Cancel the upload of ${fileName}`} onClick={() => setAsking(true)} testId="upload-cancel" />}
        </div>
      </div>
      {asking && (
        <ConfirmDialog
          title={`Cancel the upload of ${fileName}?`}
          action="Cancel the upload"
          keep="Go on"
          busy={false}
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            uploads.discard(key);
          }}
        >
          What has been sent of it, {formatBytes(sentBytes)}, is removed from the server. The file on this computer stays as it is.
        </ConfirmDialog>
      )}
    </li>
  );
}

/** Without bytes for so long, the connection is in doubt. */
const quietMs = 5000;

function describe({ state, sentBytes, byteLength, bytesPerSecond, movedAt }: Upload, now: number): string {
  const amount = `${formatBytes(sentBytes)} of ${formatBytes(byteLength)}`;
  if (state === 'starting') return `${formatBytes(byteLength)} sent`;
  if (state === 'lost') return `${amount}. The page was left: choose the file again, and it goes on from there`;
  if (state !== 'sending') return amount;
  if (now - movedAt > quietMs) return `${amount}. Waiting for the server: it goes on by itself`;
  if (bytesPerSecond === null || bytesPerSecond <= 0) return amount;
  return `${amount} · ${formatBytes(bytesPerSecond)}/s · ${formatDuration((byteLength - sentBytes) / bytesPerSecond)} left`;
}
