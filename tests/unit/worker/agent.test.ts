import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@eyegazer/core';
import { addressStore } from '@eyegazer/platform';
import { createAgent, offerDevice, type Agent } from '@eyegazer/worker';
import { collectingLog } from '../../fixtures/collecting-log.js';
import { until } from '../../until.js';
import { createFakePlatform, type FakePlatform } from './fake-platform.js';

const trainerPath = fileURLToPath(new URL('./fixtures/scripted-trainer.mjs', import.meta.url));

describe('worker agent', () => {
  let home: string;
  let agent: Agent | null = null;
  let fenced = 0;
  const { log, lines } = collectingLog();

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'eyegazer-agent-'));
    fenced = 0;
    lines.splice(0);
  });
  afterEach(async () => {
    await agent?.close();
    agent = null;
    await rm(home, { recursive: true });
  });

  async function start(scripts: Record<string, string>, heartbeatIntervalMs = 60_000, onFenced: () => void = () => void fenced++): Promise<FakePlatform> {
    const fake = createFakePlatform(scripts);
    agent = await createAgent({
      platform: fake.platform, home, store: addressStore({ kind: 'folder' }, { home, cacheLimitBytes: 1e9 }), version: '0', device: await offerDevice({ device: 'cpu', halfPrecision: false }), log, trainerPath, heartbeatIntervalMs,
      onFenced,
    });
    return fake;
  }

  it('writes every event of a trainer once, in order, before it ends the attempt', async () => {
    const fake = await start({ a: 'succeed' });
    await fake.deliver('a');
    assert.deepEqual(fake.events.map(({ counter }) => counter), Array.from({ length: 20 }, (_, i) => i + 1));
    assert.ok(fake.batches.length < 20, 'events that come together are written together');
    assert.deepEqual(fake.calls, ['register', 'claim a', 'markRunning a', 'end a']);
    assert.deepEqual(fake.outcomes.get('a'), { kind: 'succeeded' });
  });

  it('ends a delivery that comes twice without a trainer', async () => {
    const fake = await start({ a: 'succeed' });
    await fake.deliver('a');
    await fake.deliver('a');
    assert.deepEqual(fake.calls.filter((call) => call.startsWith('end')), ['end a']);
  });

  it('keeps a run in hand whose delivery comes again meanwhile', async () => {
    const fake = await start({ a: 'train until stopped' });
    const done = fake.deliver('a');
    await fake.untilEvent(({ counter }) => counter === 3);
    await fake.deliver('a');
    fake.command({ kind: 'cancel', workerId: 'worker', attemptId: 'a' });
    await done;
    assert.deepEqual(fake.outcomes.get('a'), { kind: 'cancelled' });
  });

  it('cancels at a command: the trainer ends by itself', async () => {
    const fake = await start({ a: 'train until stopped' });
    const done = fake.deliver('a');
    await fake.untilEvent(({ counter }) => counter === 3);
    fake.command({ kind: 'cancel', workerId: 'another', attemptId: 'a' });
    fake.command({ kind: 'cancel', workerId: 'worker', attemptId: 'a' });
    await done;
    assert.deepEqual(fake.outcomes.get('a'), { kind: 'cancelled' });
  });

  it('cancels at a heartbeat when the command was lost', async () => {
    const fake = await start({ a: 'train until stopped' }, 20);
    const done = fake.deliver('a');
    await fake.untilEvent(({ counter }) => counter === 3);
    fake.heartbeatAnswer = ({ runningAttemptIds }) => ({ stop: runningAttemptIds.map((attemptId) => ({ attemptId, reason: 'cancelled' })) });
    await done;
    assert.deepEqual(fake.outcomes.get('a'), { kind: 'cancelled' });
  });

  it('sends no heartbeat while one is on its way: a database that is slow gets no more to do', async () => {
    const fake = await start({ a: 'succeed' }, 2);
    let sent = 0;
    let answer = (): void => undefined;
    const answered = new Promise<{ stop: [] }>((resolve) => (answer = () => resolve({ stop: [] })));
    fake.heartbeatAnswer = () => {
      sent += 1;
      return answered;
    };
    await fake.deliver('a');
    await until(() => sent > 0);
    assert.equal(sent, 1);
    answer();
    await until(() => sent > 1);
  });

  it('clears its caches when no run is in hand: what a killed trainer was making goes with it', async () => {
    const fake = await start({ a: 'train until stopped' });
    const models = join(home, 'cache', 'models');
    await mkdir(join(models, 'building-x'));
    const done = fake.deliver('a');
    await fake.untilEvent(({ counter }) => counter === 3);
    await fake.deliver('a');
    assert.deepEqual(await readdir(models), ['building-x'], 'a run is in hand');
    fake.command({ kind: 'cancel', workerId: 'worker', attemptId: 'a' });
    await done;
    assert.deepEqual(await readdir(models), []);
  });

  it('fails the attempt of a killed trainer with the signal and a hint, and runs the next', async () => {
    const fake = await start({ a: 'die', b: 'succeed' });
    await fake.deliver('a');
    const outcome = fake.outcomes.get('a');
    assert.ok(outcome?.kind === 'failed');
    assert.equal(outcome.error.code, 'TRAINER_DIED');
    assert.match(outcome.error.message, /killed by SIGKILL.*ran out of memory/);
    assert.equal(fake.events.length, 1, 'what it said before is in the log');
    await fake.deliver('b');
    assert.deepEqual(fake.outcomes.get('b'), { kind: 'succeeded' });
  });

  it('fails the attempt of a crashed trainer with its exit code and last words', async () => {
    const fake = await start({ a: 'crash' });
    await fake.deliver('a');
    const outcome = fake.outcomes.get('a');
    assert.ok(outcome?.kind === 'failed');
    assert.match(outcome.error.message, /ended with code 134/);
    assert.match(String(outcome.error.details?.['output']), /something native broke/);
  });

  it('logs what a trainer writes to its console with the ids of its attempt', async () => {
    const fake = await start({ a: 'crash' });
    await fake.deliver('a');
    const said = lines.find(({ msg }) => msg === 'The trainer wrote to its console');
    assert.deepEqual(
      [said?.['output'], said?.['experimentId'], said?.['attempt'], said?.['attemptId'], said?.['workerId'], said?.level],
      ['something native broke', 'experiment of a', 1, 'a', 'worker', 'warn'],
    );
  });

  it('says once that an attempt waits for the database, and why a trainer is told to end', async () => {
    const fake = await start({ a: 'train until stopped' }, 20);
    const done = fake.deliver('a');
    await fake.untilEvent(({ counter }) => counter === 3);
    fake.appendError = new AppError('UNAVAILABLE');
    await until(() => lines.some(({ msg }) => msg === 'Waiting for the database'));
    fake.appendError = null;
    fake.heartbeatAnswer = ({ runningAttemptIds }) => ({ stop: runningAttemptIds.map((attemptId) => ({ attemptId, reason: 'cancelled' })) });
    await done;
    assert.deepEqual(
      lines.filter((line) => line.level !== 'debug' && line['attemptId'] === 'a' && !/^\d+$/.test(line.msg)).map(({ msg }) => msg),
      ['Attempt 1 of "train until stopped" taken', 'Waiting for the database', 'The trainer is told to end: a person cancelled the experiment'],
    );
  });

  it('keeps of the last words only what a database can store', async () => {
    const fake = await start({ a: 'mutter' });
    await fake.deliver('a');
    const outcome = fake.outcomes.get('a');
    assert.ok(outcome?.kind === 'failed');
    const output = String(outcome.error.details?.['output']);
    assert.match(output, /👁+\n$/u);
    assert.doesNotMatch(output, /\0|\p{Surrogate}/u);
  });

  it('fails the attempt of a trainer that breaks the protocol', async () => {
    const fake = await start({ a: 'talk nonsense' });
    await fake.deliver('a');
    const outcome = fake.outcomes.get('a');
    assert.ok(outcome?.kind === 'failed');
    assert.match(outcome.error.message, /^kind: expected "running" or "events" or "ended", got "nonsense"/);
  });

  it('keeps its event loop live while a trainer blocks in a step', async () => {
    const fake = await start({ a: 'block' });
    const done = fake.deliver('a');
    await fake.untilEvent(() => true);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    await done;
    clearInterval(timer);
    assert.ok(ticks > 75, `expected a tick every 10 ms of 1.5 s, got ${ticks}`);
  });

  it('kills the trainer of an attempt that the log has fenced off, and leaves its end to others', async () => {
    const fake = await start({ a: 'train until stopped' });
    const done = fake.deliver('a');
    await fake.untilEvent(({ counter }) => counter === 3);
    fake.appendError = new AppError('FENCED');
    await done;
    assert.equal(fake.outcomes.size, 0);
  });

  it('goes on after the database was away: no event is lost or written twice', async () => {
    const fake = await start({ a: 'succeed' });
    fake.appendError = new AppError('UNAVAILABLE');
    const done = fake.deliver('a');
    setTimeout(() => {
      fake.appendError = null;
    }, 250);
    await done;
    assert.deepEqual(fake.events.map(({ counter }) => counter), Array.from({ length: 20 }, (_, i) => i + 1));
    assert.deepEqual(fake.outcomes.get('a'), { kind: 'succeeded' });
  });

  it('leaves a running attempt to markStopped when it is closed, and no child behind', async () => {
    const fake = await start({ a: 'train until stopped' });
    void fake.deliver('a');
    await fake.untilEvent(({ counter }) => counter === 3);
    await agent?.close();
    agent = null;
    assert.deepEqual(fake.calls, ['register', 'claim a', 'markRunning a', 'markStopped']);
    const [event] = fake.events;
    assert.ok(event?.type === 'log');
    assert.throws(() => process.kill(Number(event.data.message), 0), { code: 'ESRCH' });
  });

  it('closes within 8 s when a trainer does not listen', async function () {
    this.timeout(15_000);
    const fake = await start({ a: 'never listen' });
    void fake.deliver('a');
    await fake.untilEvent(() => true);
    const startedAt = performance.now();
    await agent?.close();
    agent = null;
    assert.ok(performance.now() - startedAt < 8000);
    assert.equal(fake.calls.at(-1), 'markStopped');
  });

  for (const { code, when } of [{ code: 'FENCED', when: 'a newer run of the same worker has taken over' }, { code: 'NOT_FOUND', when: 'the database knows the worker no more' }, { code: 'UNAUTHORIZED', when: 'its token works no more' }] as const) {
    it(`ends its trainers when ${when}`, async () => {
      const fake = await start({ a: 'train until stopped' }, 20);
      const done = fake.deliver('a');
      await fake.untilEvent(({ counter }) => counter === 3);
      fake.heartbeatAnswer = () => {
        throw new AppError(code);
      };
      await done;
      assert.equal(fenced, 1);
      assert.equal(fake.outcomes.size, 0);
    });
  }

  it('kills them at once also when it ends itself thereupon: their device is another run\'s already', async () => {
    let close: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (close = () => resolve(agent?.close())));
    const fake = await start({ a: 'never listen' }, 20, () => close());
    void fake.deliver('a');
    await fake.untilEvent(() => true);
    fake.heartbeatAnswer = () => {
      throw new AppError('FENCED');
    };
    const startedAt = performance.now();
    await closed;
    agent = null;
    assert.ok(performance.now() - startedAt < 2000, `took ${performance.now() - startedAt} ms`);
  });

  it('gives its trainers nothing that opens database, queue or doors', async () => {
    const secrets = { DATABASE_URL: 'postgresql://a:b@h/d', REDIS_URL: 'redis://:pw@h', EYEGAZER_TOKEN: `eyg_${'x'.repeat(43)}`, PGPASSWORD: 'pw' };
    const before = { ...process.env };
    Object.assign(process.env, secrets, { EYEGAZER_MARK: 'kept' });
    try {
      const fake = await start({ a: 'tell the environment' });
      await fake.deliver('a');
      const [event] = fake.events;
      assert.ok(event?.type === 'log');
      const names = event.data.message.split(' ');
      assert.deepEqual(names.filter((name) => name in secrets), []);
      assert.ok(names.includes('EYEGAZER_MARK'));
    } finally {
      for (const name of [...Object.keys(secrets), 'EYEGAZER_MARK']) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });

  it('names an attempt as in hand from before its claim until its end is written', async () => {
    const fake = await start({ a: 'succeed' }, 5);
    const seen = new Map<string, string[]>();
    fake.heartbeatAnswer = ({ runningAttemptIds }) => {
      seen.set(fake.calls.at(-1) ?? '', runningAttemptIds);
      return { stop: [] };
    };
    const inHand: Record<string, string[]> = {};
    fake.hold = async () => {
      const call = fake.calls.at(-1) ?? '';
      inHand[call] = await until(() => seen.get(call));
    };
    await fake.deliver('a');
    assert.deepEqual(inHand, { 'claim a': ['a'], 'end a': ['a'] });
    await until(() => seen.get('end a')?.length === 0);
  });
});
