import { z } from 'zod';
import type { Topic } from '@eyegazer/core';
import type { WorkerCommand } from './notifications.js';

/** PostgreSQL refuses a payload of 8000 bytes and more. */
const payloadLimitBytes = 7900;

const topicSchema = z.enum(['experiments', 'workers', 'datasets', 'models'] as const satisfies readonly Topic[]);
const commandSchema = z.strictObject({ kind: z.literal('cancel'), workerId: z.string(), attemptId: z.string() });
const noticeSchema = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('events'), id: z.string(), seq: z.int() }),
  z.strictObject({ of: z.literal('topic'), topic: topicSchema, id: z.string().optional() }),
  z.strictObject({ of: z.literal('command'), command: commandSchema }),
  z.strictObject({ of: z.literal('wake') }),
]);
type Notice = z.infer<typeof noticeSchema>;

/** What a transaction changed, for those who listen; collected while it runs, sent after it has committed. */
export class Changes {
  private readonly notices = new Map<string, Notice>();

  get isEmpty(): boolean {
    return this.notices.size === 0;
  }

  addEvents(experimentId: string, lastSeq: number): void {
    const key = `events ${experimentId}`;
    const known = this.notices.get(key);
    if (known?.of === 'events' && known.seq >= lastSeq) return;
    this.notices.set(key, { of: 'events', id: experimentId, seq: lastSeq });
  }

  addTopic(topic: Topic, id?: string): void {
    this.notices.set(`topic ${topic} ${id ?? ''}`, { of: 'topic', topic, ...(id === undefined ? {} : { id }) });
  }

  addCommand(command: WorkerCommand): void {
    this.notices.set(`command ${command.kind} ${command.attemptId}`, { of: 'command', command });
  }

  addWake(): void {
    this.notices.set('wake', { of: 'wake' });
  }

  merge(other: Changes): void {
    for (const notice of other.notices.values()) this.add(notice);
  }

  private add(notice: Notice): void {
    switch (notice.of) {
      case 'events':
        return this.addEvents(notice.id, notice.seq);
      case 'topic':
        return this.addTopic(notice.topic, notice.id);
      case 'command':
        return this.addCommand(notice.command);
      case 'wake':
        return this.addWake();
      default:
        return notice satisfies never;
    }
  }

  /** JSON arrays of notices, each short enough for one NOTIFY. */
  encode(): string[] {
    const payloads: string[] = [];
    let parts: string[] = [];
    let bytes = 2;
    for (const notice of this.notices.values()) {
      const part = JSON.stringify(notice);
      const partBytes = Buffer.byteLength(part) + 1;
      if (parts.length > 0 && bytes + partBytes > payloadLimitBytes) {
        payloads.push(`[${parts.join(',')}]`);
        parts = [];
        bytes = 2;
      }
      parts.push(part);
      bytes += partBytes;
    }
    if (parts.length > 0) payloads.push(`[${parts.join(',')}]`);
    return payloads;
  }

  static decode(payload: string): Notice[] {
    return z.array(noticeSchema).parse(JSON.parse(payload));
  }
}
