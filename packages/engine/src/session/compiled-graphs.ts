/**
 * Compiled graphs of one run, by what they compute. A session whose graph was compiled before gets the compiled one: the evaluation
 * that checks a bundle is the one that watched the training.
 *
 * 1. `open` compiles, or hands out what is there; any number of sessions may share it.
 * 2. A session's `dispose` hands it back. A few that nobody uses are kept, those used last; each holds a packed copy of the weights.
 * 3. `dispose` frees those that are kept, and the rest as they come back.
 */
import type { OnnxSession } from './onnx-session.js';

export interface CompiledGraphs {
  /** @param key says what is computed, on what, and with which weights */
  open: (key: string, compile: () => Promise<OnnxSession>) => Promise<OnnxSession>;
  dispose: () => Promise<void>;
}

interface Entry {
  compiled: Promise<OnnxSession>;
  users: number;
}

/** @param mostIdle how many that nobody uses are kept */
export function createCompiledGraphs({ mostIdle }: { mostIdle: number }): CompiledGraphs {
  /** In the order of their last use. */
  const entries = new Map<string, Entry>();
  let limit = mostIdle;

  async function freeIdle(): Promise<void> {
    const idle = [...entries].filter(([, { users }]) => users === 0);
    for (const [key, { compiled }] of idle.slice(0, Math.max(0, idle.length - limit))) {
      entries.delete(key);
      await (await compiled).dispose();
    }
  }

  function enter(key: string, compiled: Promise<OnnxSession>): Entry {
    const entry: Entry = { compiled, users: 0 };
    entries.set(key, entry);
    // What could not be compiled is tried again by the next who asks.
    compiled.catch(() => entries.delete(key));
    return entry;
  }

  return {
    async open(key, compile) {
      const entry = entries.get(key) ?? enter(key, compile());
      entry.users += 1;
      const { run } = await entry.compiled;
      let isOpen = true;
      const dispose = async (): Promise<void> => {
        if (!isOpen) return;
        isOpen = false;
        entry.users -= 1;
        entries.delete(key);
        entries.set(key, entry);
        await freeIdle();
      };
      return { run, dispose };
    },
    async dispose() {
      limit = 0;
      await freeIdle();
    },
  };
}
