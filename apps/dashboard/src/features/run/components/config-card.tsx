import type { ExperimentConfig } from '@eyegazer/core';
import { Button } from '../../../ui/button.js';
import { useToasts } from '../../../ui/toast.js';
import { formatConfig } from '../api/format-config.js';

/** The whole config, every default filled in, as YAML that can be submitted again. */
export function ConfigCard({ config }: { config: ExperimentConfig }) {
  const toasts = useToasts();
  const text = formatConfig(config);
  const copy = (): void => void navigator.clipboard.writeText(text).then(() => toasts.done('The config is in the clipboard.'), toasts.error);
  return (
    <section className="card config-card" data-testid="config">
      <div className="card__head">
        <h2>Config</h2>
        <Button look="quiet" icon="clone" onClick={copy}>
          Copy
        </Button>
      </div>
      <pre>{text}</pre>
    </section>
  );
}
