import { createRequire } from 'node:module';
import { AppError } from '@eyegazer/core';
import { engine, findBackend, setBackend } from '@tensorflow/tfjs-core';

/**
 * tfjs backends that the eager engine runs on, the fastest first: libtensorflow's (CPU, or CUDA 11 on a GPU), which an optional
 * package brings, WebAssembly with SIMD, and plain JavaScript.
 */
export const eagerBackends = ['tensorflow', 'wasm', 'cpu'] as const;
export type EagerBackend = (typeof eagerBackends)[number];

const tensorflowPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** Whether a backend's package is installed; `wasm` and `cpu` always are. */
export function isEagerBackendInstalled(backend: EagerBackend): boolean {
  return backend !== 'tensorflow' || findTensorflowPackage() !== undefined;
}

/**
 * Loads a backend and makes it tfjs's current one.
 * @param backend the fastest that is installed when left out
 * @throws AppError UNSUPPORTED when it is not installed or does not start here
 */
export async function loadEagerBackend(backend: EagerBackend = isEagerBackendInstalled('tensorflow') ? 'tensorflow' : 'wasm'): Promise<EagerBackend> {
  if (findBackend(backend) === null) await importBackend(backend);
  const restoreListeners = rememberListeners();
  const isSet = await setBackend(backend);
  restoreListeners();
  if (isSet) return backend;
  throw new AppError('UNSUPPORTED', `Expected the tfjs backend "${backend}" to start, but it did not. Use another of ${eagerBackends.join(', ')}.`);
}

const failureEvents = ['uncaughtException', 'unhandledRejection'] as const;

/** WebAssembly's start adds listeners that end the process at any rejection nobody waits for yet. @returns what takes away those added since */
function rememberListeners(): () => void {
  const before = failureEvents.map((event) => [event, new Set(process.rawListeners(event))] as const);
  return () => {
    for (const [event, known] of before) {
      for (const listener of process.rawListeners(event)) if (!known.has(listener)) process.removeListener(event, listener as () => void);
    }
  };
}

/** Makes a loaded backend the current one again: another session, or a trace, may have set its own. tfjs's engine is global. */
export function useEagerBackend(backend: EagerBackend): void {
  // Of a loaded backend this is done before the promise is returned.
  if (engine().backendName !== backend) void setBackend(backend);
}

async function importBackend(backend: EagerBackend): Promise<void> {
  switch (backend) {
    case 'wasm':
      await import('@tensorflow/tfjs-backend-wasm');
      return;
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      return;
    case 'tensorflow': {
      const name = findTensorflowPackage();
      if (name === undefined) {
        throw new AppError('UNSUPPORTED', `Expected ${tensorflowPackages.join(' or ')} to be installed for the tfjs backend "tensorflow", found neither. Install one with npm, or use "wasm" or "cpu".`);
      }
      await import(name);
      return;
    }
    default:
      backend satisfies never;
  }
}

function findTensorflowPackage(): string | undefined {
  const require = createRequire(import.meta.url);
  return tensorflowPackages.find((name) => {
    try {
      require.resolve(name);
      return true;
    } catch {
      return false;
    }
  });
}
