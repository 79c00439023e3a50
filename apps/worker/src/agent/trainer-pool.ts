import type { TrainerProcess } from './trainer-process.js';

/** Trainers forked ahead of need: a spare one has its engine loaded when a job comes. */
export interface TrainerPool {
  take(): TrainerProcess;
  /** Forks a spare unless there is one. */
  prepareSpare(): void;
  /** Ends the spare; those taken are their takers' to end. */
  close(): Promise<void>;
}

export function createTrainerPool(forkTrainer: () => TrainerProcess): TrainerPool {
  let spare: TrainerProcess | null = null;
  let closed = false;
  return {
    take() {
      const taken = spare && !spare.hasExited ? spare : forkTrainer();
      spare = null;
      return taken;
    },
    prepareSpare() {
      if (!closed && (!spare || spare.hasExited)) spare = forkTrainer();
    },
    async close() {
      closed = true;
      spare?.kill();
      await spare?.exited;
    },
  };
}
