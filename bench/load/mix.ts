/** What people and programs ask for, and how often: mostly pages that are open, some submissions, a few downloads. */
import type { Seeded } from './seed.js';

export interface Ask {
  name: string;
  /** Share of all requests; the shares add up to 1. */
  share: number;
  method: 'GET' | 'POST';
  /** Path for the n-th request of this kind. */
  path: (n: number) => string;
  body?: (n: number) => unknown;
  status: number;
}

export function createMix(seeded: Seeded): Ask[] {
  const running = (n: number): string => pick(seeded.running, n).experimentId;
  const waiting = (n: number): string => pick(seeded.waiting, n * 37);
  return [
    { name: 'list experiments', share: 0.2, method: 'GET', path: (n) => (n % 3 === 0 ? '/api/experiments?state=running' : '/api/experiments?limit=50'), status: 200 },
    { name: 'one experiment', share: 0.25, method: 'GET', path: (n) => `/api/experiments/${n % 2 === 0 ? running(n) : waiting(n)}`, status: 200 },
    { name: 'series', share: 0.15, method: 'GET', path: (n) => `/api/experiments/${running(n)}/metrics?maxPoints=1000`, status: 200 },
    { name: 'events', share: 0.14, method: 'GET', path: (n) => `/api/experiments/${running(n)}/events?after=${n % 20}&limit=100&types=state,evaluation,finding,log`, status: 200 },
    { name: 'workers, queue, datasets, models', share: 0.16, method: 'GET', path: (n) => pick(['/api/workers', '/api/queue', '/api/datasets', '/api/models'], n), status: 200 },
    { name: 'artifact (256 KB)', share: 0.02, method: 'GET', path: () => `/api/experiments/${seeded.artifact.experimentId}/artifacts/${seeded.artifact.name}`, status: 200 },
    { name: 'metrics', share: 0.005, method: 'GET', path: () => '/metrics', status: 200 },
    { name: 'a dry run', share: 0.025, method: 'POST', path: () => '/api/experiments?dryRun=true', body: (n) => config(seeded, n), status: 200 },
    { name: 'a submission', share: 0.05, method: 'POST', path: () => '/api/experiments', body: (n) => config(seeded, n), status: 201 },
  ];
}

function config(seeded: Seeded, n: number): unknown {
  return { name: `submitted ${n}`, ...seeded.inputs, training: { seed: n } };
}

function pick<T>(list: readonly T[], n: number): T {
  const item = list[n % list.length];
  if (item === undefined) throw new Error('Expected a list that is not empty.');
  return item;
}
