export type { Cli } from './cli.js';
export { runCli } from './run-cli.js';
export { exitCodeOfError, exitCodeOfState, exitCodes } from './exit-codes.js';
export { describeError } from './describe-error.js';

export { createInput, type Input } from './input/input.js';
export { parseExpiry } from './input/parse-expiry.js';
export { readConfig, writeConfig, type Config } from './config/config-file.js';
export { configPath } from './config/config-path.js';
export { defaultUrl, findServer, type Server } from './config/find-server.js';
export { parseServerUrl } from './config/parse-server-url.js';
export { describeUnreachable } from './http/describe-unreachable.js';

export { formatChart, spreadBuckets } from './output/chart.js';
export { cleanText } from './output/clean-text.js';
export { createStepFilter } from './output/create-step-filter.js';
export { displayWidth, truncateText } from './output/display-width.js';
export { formatAge } from './output/format-time.js';
export { createLiveArea } from './output/live-area.js';
export { createOutput, type Output, type OutputStream } from './output/output.js';
export { createPaint, wantsColour } from './output/paint.js';
export { formatProgressBar } from './output/progress-bar.js';
export { formatSparkline } from './output/sparkline.js';
export { formatTable } from './output/table.js';
export { wrapText } from './output/wrap-text.js';

export { formatExperiment } from './experiments/format-experiment.js';
export { formatExperimentTable } from './experiments/experiment-table.js';
export { parseConfigDocuments } from './submit/config-document.js';
export { describeRefusal } from './submit/describe-refusal.js';
export { applyEvent, createRunView, type RunView } from './watch/run-view.js';
export { formatEvent } from './watch/format-event.js';
export { formatFrame } from './watch/format-frame.js';
export { formatProgress } from './watch/format-progress.js';
export { parseArtifactPath } from './pull/parse-artifact-path.js';
export { parseChecksums } from './pull/parse-checksums.js';
export { resolveServerPath } from './datasets/resolve-server-path.js';
export { checkClock } from './doctor/check-server.js';
export { checkQueue, checkWorkers } from './doctor/check-work.js';
