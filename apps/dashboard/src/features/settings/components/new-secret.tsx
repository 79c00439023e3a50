import type { CreatedToken } from '@eyegazer/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cacheKeys } from '../../../api/shared-queries.js';
import { Button } from '../../../ui/button.js';
import { Dialog } from '../../../ui/dialog.js';

/** The one time that a token's secret is seen, and what to do with it. */
export function NewSecret({ created: { secret, token, closesDoor }, onClose }: { created: CreatedToken; onClose: () => void }) {
  const queries = useQueryClient();
  const [copied, setCopied] = useState(false);
  const close = (): void => {
    onClose();
    if (closesDoor) void queries.invalidateQueries({ queryKey: [cacheKeys.session] });
  };
  const copy = (): void => {
    navigator.clipboard.writeText(secret).then(
      () => setCopied(true),
      () => setCopied(false), // A page without https may not copy: the text can be selected.
    );
  };
  return (
    <Dialog title={token.name} onClose={close}>
      <p className="muted settings__text">This is shown once: Eyegazer keeps only a hash of it.{closesDoor && ' You need it to sign in again in a moment.'}</p>
      <div className="secret">
        <code className="secret__text" data-testid="token-secret">
          {secret}
        </code>
        <Button icon={copied ? 'check' : 'copy'} onClick={copy} testId="copy-secret">
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      <p className="muted small settings__text">
        {token.role === 'worker' ? 'On the worker’s machine: ' : 'On a command line: '}
        <code>{token.role === 'worker' ? 'EYEGAZER_TOKEN=… npm run worker' : `eyegazer login --url ${window.location.origin}`}</code>
      </p>
      <div className="dialog__foot">
        <Button look="primary" onClick={close} testId="secret-kept">
          I have it
        </Button>
      </div>
    </Dialog>
  );
}
