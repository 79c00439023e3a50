import assert from 'node:assert/strict';
import { experimentEventSchema, type ClientToServerEvents, type ExperimentEvent, type ServerToClientEvents, type Subscribe, type SubscribeAnswer, type Topic } from '@eyegazer/core';
import { io, type Socket } from 'socket.io-client';
import { logEvent, registerWorker, seed, startAttempt, submit } from '../../fixtures/platform.js';
import { useApi } from './api-world.js';
import { until } from '../../until.js';

type Client = Socket<ServerToClientEvents, ClientToServerEvents> & { seqs: number[]; events: ExperimentEvent[]; resyncs: number[]; changes: { topic: Topic; id?: string }[] };

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('API: sockets', function () {
  this.timeout(30_000);
  const api = useApi({ maxBacklog: 50 });
  const clients: Client[] = [];
  let run: { experimentId: string; attempt: number };
  let counter = 0;

  async function connect(transports?: ('polling' | 'websocket')[]): Promise<Client> {
    const socket = io(api.url, { forceNew: true, reconnection: false, ...(transports ? { transports } : {}) }) as unknown as Client;
    Object.assign(socket, { seqs: [], events: [], resyncs: [], changes: [] });
    clients.push(socket);
    socket.on('event', (event) => {
      socket.events.push(event);
      socket.seqs.push(event.seq);
    });
    socket.on('resync', ({ from }) => socket.resyncs.push(from));
    socket.on('changed', (notice) => socket.changes.push(notice));
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
    return socket;
  }
  const subscribe = (client: Client, request: unknown): Promise<SubscribeAnswer> => client.timeout(5000).emitWithAck('subscribe', request as Subscribe);
  const append = async (count: number): Promise<number> => {
    const events = Array.from({ length: count }, () => logEvent(counter++, `event ${counter}`));
    return (await api.platform.events.append({ ...run, events })).lastSeq;
  };
  const reached = (client: Client, seq: number) => until(async () => client.seqs.at(-1) === seq);

  before(async () => {
    await registerWorker(api.platform, { devices: 4 });
    run = await startAttempt(api, await submit(api.platform, await seed(api.platform)));
  });
  afterEach(() => clients.splice(0).forEach((client) => client.disconnect()));

  it('keeps the words of a fault to the log', async () => {
    const answer = await subscribe(await connect(), { experimentId: 'a\0b', after: 0 });
    assert.deepEqual(answer, { ok: false, error: { code: 'INTERNAL', message: 'Something went wrong here, not in your request.' } });
  });

  it('replays what a client lacks and goes on live, the same to two clients, in order, once', async () => {
    const lastSeq = await append(20);
    const [all, late] = [await connect(), await connect(['websocket'])];
    assert.deepEqual(await subscribe(all, { experimentId: run.experimentId, after: 0 }), { ok: true, seq: lastSeq });
    assert.deepEqual(await subscribe(late, { experimentId: run.experimentId, after: 10 }), { ok: true, seq: lastSeq });
    let end = lastSeq;
    for (let i = 0; i < 10; i++) end = await append(1 + (i % 4));
    await reached(all, end);
    await reached(late, end);
    assert.deepEqual(all.seqs, range(1, end));
    assert.deepEqual(late.seqs, range(11, end));
    assert.deepEqual(all.events.slice(10), late.events);
    for (const event of all.events) assert.deepEqual(experimentEventSchema.parse(event), event);
    assert.deepEqual(all.resyncs, []);
  });

  it('gives a client that comes back exactly the rest, while events keep coming', async () => {
    const first = await connect();
    await subscribe(first, { experimentId: run.experimentId, after: 0 });
    let end = await append(5);
    await reached(first, end);
    first.disconnect();
    end = await append(700);
    const again = await connect();
    const writing = (async () => {
      for (let i = 0; i < 20; i++) end = await append(3);
    })();
    await subscribe(again, { experimentId: run.experimentId, after: first.seqs.at(-1) ?? 0 });
    await writing;
    await reached(again, end);
    assert.deepEqual([...first.seqs, ...again.seqs], range(1, end));
  });

  it('moves a subscription that is made again, and ends one that is given up', async () => {
    const client = await connect();
    const end = await append(1);
    await subscribe(client, { experimentId: run.experimentId, after: end - 1 });
    await reached(client, end);
    await subscribe(client, { experimentId: run.experimentId, after: end - 3 });
    await until(async () => client.seqs.length === 4);
    assert.deepEqual(client.seqs, [end, end - 2, end - 1, end]);
    client.emit('unsubscribe', { experimentId: run.experimentId });
    const witness = await connect();
    await subscribe(witness, { experimentId: run.experimentId, after: end });
    await reached(witness, await append(1));
    assert.equal(client.seqs.length, 4);
  });

  it('refuses what is not there or not understood, and stays open', async () => {
    const client = await connect();
    const refused = async (request: unknown): Promise<string> => {
      const answer = await subscribe(client, request);
      return answer.ok ? 'ok' : answer.error.code;
    };
    assert.equal(await refused({ experimentId: 'nobody', after: 0 }), 'NOT_FOUND');
    assert.equal(await refused({ experimentId: run.experimentId, after: 1e6 }), 'BAD_REQUEST');
    assert.equal(await refused({ experimentId: run.experimentId, after: -1 }), 'BAD_REQUEST');
    assert.equal(await refused({ topic: 'secrets' }), 'BAD_REQUEST');
    assert.equal(await refused(null), 'BAD_REQUEST');
    assert.equal(await refused({ topic: 'experiments' }), 'ok');
  });

  it('tells subscribers of a topic what changed, a few times a second at most', async () => {
    const client = await connect();
    const other = await connect();
    await subscribe(client, { topic: 'experiments' });
    await subscribe(other, { topic: 'models' });
    const from = await seed(api.platform);
    await until(async () => other.changes.length > 0);
    assert.ok(other.changes.every(({ topic }) => topic === 'models'));
    const startedAt = Date.now();
    const id = await submit(api.platform, from);
    await until(async () => client.changes.length > 0);
    await Promise.all(Array.from({ length: 11 }, () => submit(api.platform, from)));
    await until(async () => client.changes.some((change) => change.id === undefined));
    await new Promise((resolve) => setTimeout(resolve, 600));
    const most = 2 + Math.ceil((Date.now() - startedAt) / 250);
    assert.ok(client.changes.length <= most, `${client.changes.length} notices, expected at most ${most}`);
    assert.deepEqual(client.changes[0], { topic: 'experiments', id });
    assert.equal(client.events.length, 0);
  });

  it('tells a client that does not read to fetch what it misses, then goes on; nothing is lost', async () => {
    const slow = await connect(['websocket']);
    const start = await append(1);
    await subscribe(slow, { experimentId: run.experimentId, after: start });
    const wire = (slow.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } }).ws;
    wire.pause();
    const message = 'x'.repeat(20_000);
    let end = start;
    for (let i = 0; i < 120; i++) {
      const events = Array.from({ length: 10 }, () => logEvent(counter++, message));
      end = (await api.platform.events.append({ ...run, events })).lastSeq;
    }
    wire.resume();
    await reached(slow, end);
    assert.equal(slow.resyncs.length, 1);
    const gap = slow.resyncs[0] ?? 0;
    const missing = range(start + 1, end).filter((seq) => !slow.seqs.includes(seq));
    assert.ok(missing.length > 0 && missing.every((seq) => seq > gap), `missing ${missing.join()} after ${gap}`);
    assert.deepEqual(slow.seqs, [...slow.seqs].sort((a, b) => a - b));
    assert.equal(new Set(slow.seqs).size, slow.seqs.length);
    const { body } = await api.get<{ items: ExperimentEvent[] }>(`/api/experiments/${run.experimentId}/events?after=${gap}&limit=${missing.length}`);
    assert.deepEqual(body.items.map(({ seq }) => seq), missing);
  });
});
