import assert from 'node:assert/strict';
import { demoAnswerSchema, type DatasetWire, type DemoAnswer, type ExperimentDetail, type ExperimentSummary, type ModelWire, type Page } from '@eyegazer/core';
import { useApi } from './api-world.js';
import { until } from '../../until.js';

describe('API: the demo', function () {
  this.timeout(90_000);
  const api = useApi();
  const press = async (): Promise<DemoAnswer> => {
    const { status, body } = await api.post<DemoAnswer>('/api/demo');
    assert.equal(status, 202, JSON.stringify(body));
    return demoAnswerSchema.parse(body);
  };

  it('makes a dataset, a model and one queued experiment, however often it is pressed', async () => {
    const [first, second] = await Promise.all([press(), press()]);
    assert.equal(first.datasetId, second.datasetId);
    assert.equal(first.modelId, second.modelId);
    assert.equal(first.experimentId, null);
    const experiment = await until(async () => (await api.get<Page<ExperimentSummary>>('/api/experiments?tag=demo')).body.items[0], 80_000);
    assert.deepEqual(await press(), { datasetId: first.datasetId, modelId: first.modelId, experimentId: experiment.id });

    const datasets = (await api.get<Page<DatasetWire>>('/api/datasets')).body.items;
    assert.deepEqual(datasets.map(({ name, state }) => [name, state]), [['fundus-demo', 'ready']]);
    const models = (await api.get<Page<ModelWire>>('/api/models')).body.items;
    assert.deepEqual(models.map(({ name }) => name), ['eyegazer/vit-nano-fundus']);
    assert.equal((await api.get<Page<ExperimentSummary>>('/api/experiments')).body.items.length, 1);
    const { body: detail } = await api.get<ExperimentDetail>(`/api/experiments/${experiment.id}`);
    assert.equal(detail.state, 'queued');
    assert.equal(detail.config.dataset, 'fundus-demo@1');
    assert.equal(detail.plan.numOutputs, 5);
    assert.equal(detail.config.adapter.method === 'lora' && detail.config.adapter.targetModules, 'all-linear');
    assert.deepEqual(detail.warnings.map(({ rule }) => rule), ['D3'], 'nothing about the demo but its size is questionable');
  });

  it('starts another experiment on the same inputs once the first is cancelled', async () => {
    const { experimentId } = await press();
    await api.post(`/api/experiments/${experimentId}/cancel`);
    const again = await press();
    assert.notEqual(again.experimentId, experimentId);
    assert.equal((await api.get<Page<DatasetWire>>('/api/datasets')).body.items.length, 1);
  });
});
