import { createTrainSession, type SessionOptions } from '@eyegazer/engine';
import { createInput } from './create-input.js';

export interface StepTime {
  /** Medians of the rounds. */
  wallMs: number;
  cpuMs: number;
}

const rounds = 7;

/** Times a step of each session, in turns: what disturbs the machine disturbs them alike. */
export async function measureTimes(all: readonly SessionOptions[]): Promise<StepTime[]> {
  const runs = [];
  for (const options of all) runs.push({ session: await createTrainSession(options), input: createInput(options), wall: [] as number[], cpu: [] as number[] });
  for (let round = 0; round <= rounds; round++) {
    for (const { session, input, wall, cpu } of runs) {
      const [startedAt, before] = [performance.now(), process.cpuUsage()];
      await session.step(input);
      const { user, system } = process.cpuUsage(before);
      if (round === 0) continue; // the first step takes its memory
      wall.push(performance.now() - startedAt);
      cpu.push((user + system) / 1000);
    }
  }
  for (const { session } of runs) await session.dispose();
  return runs.map(({ wall, cpu }) => ({ wallMs: median(wall), cpuMs: median(cpu) }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
