/** Imports a folder into a store, and tells its parent how far it is and what came of it: to be killed at any moment. */
import { setTimeout } from 'node:timers/promises';
import { createFolderStore } from '@eyegazer/platform';
import { importFolder } from '../../fixtures/import-folder.js';

const [folder = '', storeFolder = '', workFolder = ''] = process.argv.slice(2);

const store = await createFolderStore({ folder: storeFolder });
const imported = await importFolder(folder, { store, workFolder, split: { kind: 'stratified', holdout: 0.25, seed: 1 }, onProgress: (progress) => process.send?.({ progress }) });
process.send?.({ imported });
// Long enough for the message to be read.
await setTimeout(100);
process.disconnect();
