/** A process that fills a cache: told by its arguments where, it prints what came of it. */
import { noImageSteps } from '@eyegazer/core';
import { fillImageCache } from '@eyegazer/data';
import { createEncodedVersion } from '../../unit/data/encoded-version.js';

const [folder = '', cacheFolder = '', count = '0', size = '0'] = process.argv.slice(2);
const version = await createEncodedVersion({ folder, count: Number(count), width: 200, height: 160 });
process.send?.('ready');
await new Promise((resolve) => process.once('message', resolve));
const filled = await fillImageCache({
  cache: { folder: cacheFolder, limitBytes: 1e10 },
  version,
  split: 'train',
  preparation: { steps: noImageSteps, kind: 'shrink', shorterEdge: Number(size) },
  threads: 2,
});
process.send?.(filled, () => process.exit(0));
