/** Turns waiting experiments and free devices into leases, attempts and outbox rows, and publishes the outbox. */
export interface Placer {
  /** Runs on every change and once a second until stopped. */
  start(): void;
  /** Waits for a run in progress. */
  stop(): Promise<void>;
  /** One round: lost workers, placement, outbox. `placed` is 0 when another placer is at it. */
  runOnce(): Promise<{ placed: number; published: number }>;
}
