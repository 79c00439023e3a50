import type { Topic } from '@eyegazer/core';

/** To the agent of one worker. */
export interface WorkerCommand {
  kind: 'cancel';
  workerId: string;
  attemptId: string;
}

/** Callbacks of one subscriber; each is called on the database's notice, never with data that must not be missed. */
export interface Subscriber {
  /** Last seq per experiment that has new events. */
  onEvents?: (changed: ReadonlyMap<string, number>) => void;
  onTopic?: (notice: { topic: Topic; id?: string }) => void;
  onCommand?: (command: WorkerCommand) => void;
  /** Something may be placeable. */
  onWake?: () => void;
  /** The connection was lost and is back: notices may have been missed, read again. */
  onReconnect?: () => void;
}

export interface Subscription {
  /** Resolves once notices arrive for sure. @throws AppError UNAVAILABLE when the platform is closed before that */
  ready: Promise<void>;
  close(): void;
}
