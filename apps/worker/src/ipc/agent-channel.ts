/** The trainer's end of the line to its agent. Events leave in order and numbered; nothing is sent after `end`. */
import { parseWith, type EventBody } from '@eyegazer/core';
import { agentMessageSchema, type TrainerJob, type TrainerMessage, type TrainerOutcome } from './trainer-messages.js';

export interface AgentChannel {
  /** Resolves when there is something to do. */
  readonly job: Promise<TrainerJob>;
  /** Aborted when the agent says stop. */
  readonly signal: AbortSignal;
  /** Preparation is over: the attempt runs. */
  sendRunning(): void;
  /** Numbers an event and sends it. */
  emit(event: EventBody): void;
  /** Resolves, a turn of the event loop later, unless the database is far behind: then when it has caught up. */
  breathe(): Promise<void>;
  /** Sends the last message; resolves when it has left this process. */
  end(outcome: TrainerOutcome): Promise<void>;
}

/** Events that may wait to be written before the trainer waits for them. */
const mostUnwritten = 500;

/** The part of `process` that a forked child talks through. */
export interface ParentPort {
  send?(message: unknown, sent?: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

export function openAgentChannel(parent: ParentPort): AgentChannel {
  const abort = new AbortController();
  let counter = 0;
  let written = 0;
  let onWritten: () => void = () => undefined;
  let takeJob: (job: TrainerJob) => void;
  const job = new Promise<TrainerJob>((resolve) => {
    takeJob = resolve;
  });

  parent.on('message', (value) => {
    const message = parseWith(agentMessageSchema, value, { code: 'INTERNAL', what: 'agent message' });
    switch (message.kind) {
      case 'run':
        return takeJob(message.job);
      case 'stop':
        return abort.abort();
      case 'written':
        written = message.counter;
        return onWritten();
      default:
        return message satisfies never;
    }
  });
  const isTooFarAhead = (): boolean => counter - written > mostUnwritten;
  const send = (message: TrainerMessage, sent?: () => void): void => void parent.send?.(message, sent);

  return {
    job,
    signal: abort.signal,
    sendRunning: () => send({ kind: 'running' }),
    emit(event) {
      counter++;
      send({ kind: 'events', events: [{ ...event, counter, at: new Date().toISOString() }] });
    },
    async breathe() {
      await new Promise(setImmediate);
      while (isTooFarAhead()) {
        await new Promise<void>((resolve) => {
          onWritten = resolve;
        });
      }
    },
    end: (outcome) => new Promise((resolve) => send({ kind: 'ended', outcome }, resolve)),
  };
}
