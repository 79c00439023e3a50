import { createRequire } from 'node:module';
import { engine, findBackend, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

const optionalPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/**
 * Picks tfjs's fastest backend here: libtensorflow's where an optional package brings it, else plain JavaScript.
 * @returns its name
 */
export async function setEagerBackend(): Promise<string> {
  const require = createRequire(import.meta.url);
  for (const name of optionalPackages) {
    if (!isInstalled(require, name)) continue;
    await import(name);
    break;
  }
  const backend = findBackend('tensorflow') === null ? 'cpu' : 'tensorflow';
  await setBackend(backend);
  return engine().backendName;
}

function isInstalled(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
