import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LogLine } from '../../fixtures/collecting-log.js';
import { until } from '../../until.js';

const program = fileURLToPath(new URL('./fixtures/living.mjs', import.meta.url));

interface Behaviour {
  /** How long the server takes to close. */
  holdMs?: number;
  fails?: boolean;
  longestEndMs?: number;
  dies?: 'throw' | 'reject' | 'end';
  chatters?: boolean;
}

describe('life of a process', function () {
  const children: ChildProcess[] = [];
  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

  async function start(behaviour: Behaviour = {}) {
    const child = fork(program, [JSON.stringify(behaviour)], { execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    children.push(child);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    const exited = new Promise<number | string | null>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
    const heardOut = new Promise((resolve) => child.stdout?.once('close', resolve));
    await new Promise((resolve) => child.once('message', resolve));
    return { child, exited: heardOut.then(() => exited), lines: () => output.trim().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine) };
  }
  const said = (lines: LogLine[]): string[] => lines.map(({ msg }) => msg);

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    it(`closes what was opened, last first, at ${signal}, and ends with code 0`, async () => {
      const { child, exited, lines } = await start();
      child.kill(signal);
      assert.equal(await exited, 0);
      assert.deepEqual(said(lines()), ['Shutting down', 'server closed', 'platform closed', 'Ended']);
      assert.equal(lines()[0]?.['reason'], signal);
    });
  }

  it('ends when the process that forked it is gone', async () => {
    const { child, exited, lines } = await start();
    child.disconnect();
    assert.equal(await exited, 0);
    assert.deepEqual(said(lines()), ['Shutting down', 'server closed', 'platform closed', 'Ended']);
  });

  it('ends with the code that it is given', async () => {
    const { child, exited } = await start({ dies: 'end' });
    child.send('die');
    assert.equal(await exited, 3);
  });

  it('takes signals that come together for one', async () => {
    const { child, exited, lines } = await start();
    child.kill('SIGINT');
    child.kill('SIGTERM');
    assert.equal(await exited, 0);
    assert.ok(said(lines()).includes('server closed'));
  });

  it('ends at once, with code 1, when it is told twice', async () => {
    const { child, exited, lines } = await start({ holdMs: 60_000, longestEndMs: 60_000 });
    child.kill('SIGTERM');
    await until(() => said(lines()).includes('Shutting down'));
    const timer = setInterval(() => child.kill('SIGTERM'), 50);
    const code = await exited;
    clearInterval(timer);
    assert.equal(code, 1);
    assert.deepEqual(said(lines()), ['Shutting down', 'Told twice: ending at once']);
  });

  it('cuts off what will not close in time, and says what that is', async () => {
    const { child, exited, lines } = await start({ holdMs: 60_000, longestEndMs: 100 });
    child.kill('SIGTERM');
    assert.equal(await exited, 1);
    assert.deepEqual(lines().at(-1)?.['waitsFor'], ['platform', 'server']);
  });

  it('closes the rest when one will not close, and ends with code 1', async () => {
    const { child, exited, lines } = await start({ fails: true });
    child.kill('SIGTERM');
    assert.equal(await exited, 1);
    assert.deepEqual(said(lines()), ['Shutting down', 'Closing the server failed', 'platform closed', 'Ended']);
  });

  for (const [dies, origin] of [['throw', 'uncaughtException'], ['reject', 'unhandledRejection']] as const) {
    it(`logs an error that nobody caught (${dies}) as fatal, with its stack, and ends with code 1`, async () => {
      const { child, exited, lines } = await start({ dies });
      child.send('die');
      assert.equal(await exited, 1);
      const last = lines().at(-1);
      assert.deepEqual([last?.level, last?.['origin']], ['fatal', origin]);
      assert.match(String(last?.['error']), /nobody caught this\n\s+at .*living\.mjs/);
    });
  }

  it('goes on, and ends in order, when nobody reads its output any more', async () => {
    const { child, exited } = await start({ chatters: true });
    let said = 0;
    child.on('message', (count) => (said = Number(count)));
    child.stdout?.destroy();
    child.stderr?.destroy();
    // It counts what it has tried to write: long after its pipes broke it still does.
    await until(() => said > 20);
    child.kill('SIGTERM');
    assert.equal(await exited, 0);
  });
});
