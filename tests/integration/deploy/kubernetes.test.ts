/** The manifests against the schemas of Kubernetes, KEDA and the Prometheus operator, and against each other and the images. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { operations, queueWireSchema } from '@eyegazer/core';
import { parseConnections } from '@eyegazer/platform';
import { readDockerfile } from './dockerfile.js';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const root = resolve(import.meta.dirname, '../../..');
const folder = join(root, 'deploy/kubernetes');

/** Where a kind's schema lies, as a module with a model `Kind` and its type `IKind`. */
const modules: Record<string, string> = {
  'v1/Secret': 'kubernetes-models/v1',
  'v1/Service': 'kubernetes-models/v1',
  'apps/v1/Deployment': 'kubernetes-models/apps/v1',
  'policy/v1/PodDisruptionBudget': 'kubernetes-models/policy/v1',
  'networking.k8s.io/v1/Ingress': 'kubernetes-models/networking.k8s.io/v1',
  'networking.k8s.io/v1/NetworkPolicy': 'kubernetes-models/networking.k8s.io/v1',
  'keda.sh/v1alpha1/ScaledObject': '@kubernetes-models/keda/keda.sh/v1alpha1',
  'keda.sh/v1alpha1/TriggerAuthentication': '@kubernetes-models/keda/keda.sh/v1alpha1',
  'monitoring.coreos.com/v1/ServiceMonitor': '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
};

interface Manifest {
  file: string;
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  content: Record<string, unknown>;
}

function moduleOf({ apiVersion, kind, file }: Manifest): string {
  return modules[`${apiVersion}/${kind}`] ?? assert.fail(`${file}: no schema is known for ${apiVersion} ${kind}`);
}

/** Every field that a schema does not have, found by the compiler: the schemas at run time let them pass. */
async function findUnknownFields(manifests: readonly Pick<Manifest, 'apiVersion' | 'kind' | 'file' | 'content'>[]): Promise<string> {
  const cache = join(root, `node_modules/.cache/manifests-${process.pid}`);
  const lines = manifests.map((manifest, i) => `export const m${i}: import('${moduleOf(manifest as Manifest)}').I${manifest.kind} = ${JSON.stringify(manifest.content)};`);
  await mkdir(cache, { recursive: true });
  try {
    await writeFile(join(cache, 'manifests.ts'), `${lines.join('\n')}\n`);
    const flags = ['--noEmit', '--ignoreConfig', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    await run(join(root, 'node_modules/.bin/tsc'), [...flags, join(cache, 'manifests.ts')], { cwd: root });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  } finally {
    await rm(cache, { recursive: true });
  }
}

describe('the Kubernetes manifests', function () {
  this.timeout(30_000);
  let manifests: Manifest[];

  before(async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
    const read = async (file: string): Promise<Manifest[]> =>
      parseAllDocuments(await readFile(join(folder, file), 'utf8')).map((document) => {
        assert.deepEqual(document.errors, [], file);
        const content = document.toJS() as Omit<Manifest, 'file' | 'content'> & Record<string, unknown>;
        return { file, apiVersion: content.apiVersion, kind: content.kind, metadata: content.metadata, content };
      });
    manifests = (await Promise.all(files.map(read))).flat();
  });

  /** A value deep inside, by keys and indices. */
  function at(manifest: Manifest | undefined, ...path: (string | number)[]): unknown {
    return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], manifest?.content);
  }
  const find = (kind: string, name: string): Manifest => manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name) ?? assert.fail(`no ${kind} ${name}`);
  const deployments = (): Manifest[] => manifests.filter(({ kind }) => kind === 'Deployment');
  const container = (deployment: Manifest): Record<string, unknown> => at(deployment, 'spec', 'template', 'spec', 'containers', 0) as Record<string, unknown>;

  it('are valid, each by the schema of its kind', () => {
    assert.ok(manifests.length >= 15);
    for (const manifest of manifests) {
      const Model = (require(moduleOf(manifest)) as Record<string, new (content: object) => { validate(): void }>)[manifest.kind] ?? assert.fail(manifest.kind);
      assert.doesNotThrow(() => new Model(manifest.content).validate(), manifest.file);
    }
  });

  it('have no field that the schemas do not know', async () => {
    assert.equal(await findUnknownFields(manifests), '');
    const misspelt = { ...find('Deployment', 'eyegazer-api'), content: { apiVersion: 'apps/v1', kind: 'Deployment', spec: { selector: {}, template: {}, replica: 2 } } };
    assert.match(await findUnknownFields([misspelt]), /'"replica"' does not exist/);
  });

  it('name no namespace and no secret', () => {
    for (const { file, metadata, kind, content } of manifests) {
      assert.equal(metadata.namespace, undefined, file);
      if (kind === 'Secret') assert.doesNotMatch(JSON.stringify(content), /eyg_\w/, file);
    }
  });

  it('run the images as their user, with nothing but /data and /tmp to write to', async () => {
    for (const deployment of deployments()) {
      const pod = at(deployment, 'spec', 'template', 'spec') as { securityContext: Record<string, unknown>; volumes: { name: string }[] };
      assert.equal(pod.securityContext['runAsUser'], 10_001);
      assert.equal(pod.securityContext['runAsNonRoot'], true);
      const { securityContext, volumeMounts } = container(deployment) as { securityContext: Record<string, unknown>; volumeMounts: { name: string; mountPath: string }[] };
      assert.deepEqual(securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
      assert.deepEqual(volumeMounts.map(({ mountPath }) => mountPath), ['/data', '/tmp']);
      assert.deepEqual(volumeMounts.map(({ name }) => name), pod.volumes.map(({ name }) => name));
      assert.deepEqual(at(deployment, 'spec', 'selector', 'matchLabels'), at(deployment, 'spec', 'template', 'metadata', 'labels'));
    }
    const stages = [...(await readDockerfile(join(root, 'docker/api.Dockerfile'))), ...(await readDockerfile(join(root, 'docker/worker.Dockerfile')))];
    const targets = deployments().map((deployment) => String(container(deployment)['image']).replace(/^.*\/eyegazer-(api:[\d.]+|worker:[\d.]+-)/, (_, kind: string) => (kind.startsWith('api') ? 'api' : '')));
    for (const target of targets) assert.ok(stages.some(({ name }) => name === target), target);
    assert.equal(new Set(targets).size, 4);
  });

  it('probe the one route that asks for no token, by a port that the Service sends to', () => {
    const api = container(find('Deployment', 'eyegazer-api')) as Record<string, { httpGet: { path: string; port: string } }> & { ports: { name: string; containerPort: number }[] };
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) assert.deepEqual(api[probe]?.httpGet, { path: '/api/health', port: 'http' });
    assert.equal(operations.getHealth.path, '/api/health');
    assert.equal(operations.getHealth.role, 'none');
    assert.deepEqual(api.ports, [{ name: 'http', containerPort: 4400 }]);
    assert.equal(at(find('Service', 'eyegazer-api'), 'spec', 'ports', 0, 'targetPort'), 'http');
    assert.equal(at(find('Ingress', 'eyegazer'), 'spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service', 'name'), 'eyegazer-api');
  });

  it('give the processes URLs that they parse, and no variable twice', () => {
    const urls = at(find('Secret', 'eyegazer-servers'), 'stringData') as Record<string, string>;
    const { store } = parseConnections(urls);
    assert.ok(store.kind === 's3' && store.bucket === 'eyegazer' && store.credentials !== null);
    for (const deployment of deployments()) {
      const { env, envFrom } = container(deployment) as { env: { name: string }[]; envFrom: object[] };
      assert.deepEqual(envFrom, [{ secretRef: { name: 'eyegazer-servers' } }]);
      assert.deepEqual(env.filter(({ name }) => name in urls), []);
    }
  });

  it('scale workers on a number that the queue has, with a token, and never in while something runs', () => {
    const scaled = find('ScaledObject', 'eyegazer-worker');
    const trigger = at(scaled, 'spec', 'triggers', 0) as { type: string; metadata: Record<string, string>; authenticationRef: { name: string } };
    assert.equal(trigger.type, 'metrics-api');
    const service = find('Service', 'eyegazer-api').metadata.name;
    const url = new URL(trigger.metadata['url'] ?? '');
    assert.equal(url.host, `${service}.default.svc.cluster.local`);
    assert.ok(Object.values(operations).some(({ method, path }) => method === 'get' && path === url.pathname), url.pathname);
    assert.ok((trigger.metadata['valueLocation'] ?? '') in queueWireSchema.shape);
    assert.equal(trigger.metadata['valueLocation'], 'demand');
    assert.deepEqual(at(find('TriggerAuthentication', trigger.authenticationRef.name), 'spec', 'secretTargetRef'), [{ parameter: 'token', name: 'eyegazer-viewer', key: 'token' }]);
    assert.equal(trigger.metadata['authMode'], 'bearer');
    assert.equal(at(scaled, 'spec', 'minReplicaCount'), 0);
    assert.equal(at(scaled, 'spec', 'advanced', 'horizontalPodAutoscalerConfig', 'behavior', 'scaleDown', 'selectPolicy'), 'Disabled');
    const target = find('Deployment', at(scaled, 'spec', 'scaleTargetRef', 'name') as string);
    assert.equal(at(target, 'spec', 'replicas'), undefined, 'applying the manifest again would undo what KEDA counted');
  });

  it('ask for a GPU where the image is for one', () => {
    const gpus = deployments().map((deployment) => Object.keys((container(deployment)['resources'] as { limits: object }).limits).filter((name) => name.includes('/')));
    assert.deepEqual(gpus.flat().sort(), ['amd.com/gpu', 'nvidia.com/gpu']);
  });
});
