import assert from 'node:assert/strict';
import { operations, type Operation } from '@eyegazer/core';
import { createApiClient, listAll, type ApiClient } from '@eyegazer/client';

const everyOperation = Object.entries<Operation>(operations);
/** Read by browsers, by Prometheus and by whoever makes a client of their own. */
const notForClients = new Set(['getOpenApi', 'getDocs', 'getDocsFile', 'getMetrics']);
/** By the tus protocol, which `uploadFile` speaks: tests/integration/client/uploads.test.ts. */
const byTus = new Set(['createUpload', 'writeUpload']);

/** How each method is called in earnest; a method that is missing here does not compile. */
const calls: { [Method in Exclude<keyof ApiClient, 'bundleUrl' | 'artifactUrl' | 'uploadFile' | 'exportUrl' | 'sampleImageUrl'>]: (client: ApiClient) => Promise<unknown> } = {
  planExperiment: (client) => client.planExperiment({ dataset: 'd' }),
  submitExperiment: (client) => client.submitExperiment({ dataset: 'd' }),
  listExperiments: (client) => client.listExperiments({ deleted: true, state: 'failed' }, { limit: 3 }),
  getExperiment: (client) => client.getExperiment('e'),
  cancelExperiment: (client) => client.cancelExperiment('e'),
  retryExperiment: (client) => client.retryExperiment('e'),
  deleteExperiment: (client) => client.deleteExperiment('e'),
  restoreExperiment: (client) => client.restoreExperiment('e'),
  getSeries: (client) => client.getSeries('e', { names: ['loss'], from: 1, to: 2, maxPoints: 3 }),
  listEvents: (client) => client.listEvents('e', { after: 1, limit: 2, types: ['log'] }),
  listArtifacts: (client) => client.listArtifacts('e'),
  openArtifact: (client) => client.openArtifact('e', 'adapter/a b.json', { range: { start: 1 } }),
  openBundle: (client) => client.openBundle('e'),
  listDatasets: (client) => client.listDatasets({ cursor: 'c' }),
  getDataset: (client) => client.getDataset('d'),
  createDataset: (client) => client.createDataset({ name: 'd', source: { kind: 'path', uri: '/d' } }),
  cancelImport: (client) => client.cancelImport('d'),
  deleteDataset: (client) => client.deleteDataset('d'),
  listVersions: (client) => client.listVersions('d'),
  createVersion: (client) => client.createVersion('d', { duplicates: 'keepOne' }),
  previewVersion: (client) => client.previewVersion('d', {}),
  exportVersion: (client) => client.exportVersion('d', 2, { layout: 'imagefolder' }),
  listDuplicates: (client) => client.listDuplicates('d', { kind: 'exact', conflicting: true }),
  listSamples: (client) => client.listSamples('d', { split: 'eval', label: 1, version: 2 }),
  openSampleImage: (client) => client.openSampleImage('d', 's', { size: 20 }),
  getUpload: (client) => client.getUpload('u'),
  deleteUpload: (client) => client.deleteUpload('u'),
  listModels: (client) => client.listModels(),
  getModel: (client) => client.getModel('m'),
  createModel: (client) => client.createModel({ source: { kind: 'path', uri: '/m' } }),
  deleteModel: (client) => client.deleteModel('m'),
  startDemo: (client) => client.startDemo(),
  listWorkers: (client) => client.listWorkers(),
  getQueue: (client) => client.getQueue(),
  getHealth: (client) => client.getHealth(),
  getReady: (client) => client.getReady(),
  getSession: (client) => client.getSession(),
  createSession: (client) => client.createSession({ token: 't' }),
  endSession: (client) => client.endSession(),
  listTokens: (client) => client.listTokens(),
  createToken: (client) => client.createToken({ name: 'n', role: 'viewer' }),
  revokeToken: (client) => client.revokeToken('t'),
  listAudit: (client) => client.listAudit({ limit: 5 }),
  openBackup: (client) => client.openBackup(),
  restoreBackup: (client) => client.restoreBackup(new Blob(['tar'])),
};

describe('client and contract', () => {
  it('reach every operation, each by its method, path, query and kind of body', async () => {
    const reached = new Set<string>();
    for (const [method, run] of Object.entries(calls)) {
      const seen: { verb: string; url: URL; type: string | null }[] = [];
      const client = createApiClient({
        baseUrl: 'http://api.test',
        fetch: async (input, init) => {
          seen.push({ verb: (init?.method ?? 'GET').toLowerCase(), url: new URL(String(input)), type: new Headers(init?.headers).get('content-type') });
          return new Response(null, { status: 404 });
        },
      });
      await assert.rejects(run(client), { code: 'NOT_FOUND' }, method);
      const [request] = seen;
      assert.ok(request, method);
      const found = everyOperation.filter(([, operation]) => operation.method === request.verb && matches(operation.path, request.url.pathname));
      const [match] = found;
      assert.ok(match && found.length === 1, `${method} asks for ${request.verb} ${request.url.pathname}`);
      const [id, operation] = match;
      if (method !== 'planExperiment') assert.equal(method.replace(/^open/, 'get'), id);
      assert.ok((operation.query?.safeParse(Object.fromEntries(request.url.searchParams)).success ?? request.url.search === ''), `${method}${request.url.search}`);
      const type = operation.body === undefined ? null : 'mediaTypes' in operation.body ? operation.body.mediaTypes[0] : 'application/json';
      assert.equal(request.type, type, method);
      reached.add(id);
    }
    assert.deepEqual(everyOperation.map(([id]) => id).filter((id) => !reached.has(id) && !notForClients.has(id) && !byTus.has(id)), []);
  });

  it('walks through all pages of a list, asking for the next only when it is wanted', async () => {
    const asked: (string | undefined)[] = [];
    const pages = listAll(async (cursor) => {
      asked.push(cursor);
      return cursor === undefined ? { items: [1, 2], nextCursor: 'b' } : { items: [3], nextCursor: null };
    });
    assert.equal((await pages.next()).value, 1);
    assert.deepEqual(asked, [undefined]);
    const rest: number[] = [];
    for await (const item of pages) rest.push(item);
    assert.deepEqual(rest, [2, 3]);
    assert.deepEqual(asked, [undefined, 'b']);
  });
});

function matches(path: string, actual: string): boolean {
  const pattern = path.replace(/[.]/g, '\\.').replace(/\*[A-Za-z]+/g, '.+').replace(/:[A-Za-z]+/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(actual);
}
