import { resolve } from 'node:path';
import type { ResolvedTask } from '@eyegazer/core';
import { loadDatasetVersion, type DatasetVersion } from '@eyegazer/data';
import { loadBaseModel, type BaseModel } from '@eyegazer/formats';
import { importFolder } from '../../tests/fixtures/import-folder.js';
import { createTemporaryStore } from '../../tests/unit/data/temporary-store.js';

export interface AptosSample {
  model: BaseModel;
  version: DatasetVersion;
  task: ResolvedTask;
  dispose: () => void;
}

/** DeiT-tiny and the 900 labelled photographs, 179 of them held out by the list. */
export async function openAptosSample(shared: string): Promise<AptosSample> {
  const store = createTemporaryStore();
  const { version: { contentId } } = await importFolder(resolve(shared, 'data/aptos-sample'), { split: { kind: 'list', file: 'holdout.csv' }, store });
  return {
    model: await loadBaseModel(resolve(shared, 'models/deit-tiny')),
    version: await loadDatasetVersion({ contentId, store }),
    task: { kind: 'multiclass', loss: 'crossEntropy' },
    dispose: () => store.dispose(),
  };
}
