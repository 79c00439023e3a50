import assert from 'node:assert/strict';
import { createLogger } from '@eyegazer/platform';

describe('logger', () => {
  function collect(level: 'debug' | 'warn') {
    const lines: Record<string, unknown>[] = [];
    const log = createLogger({ name: 'test', level, destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) } });
    return { lines, log };
  }

  it('writes one JSON line per message from its level on', () => {
    const { lines, log } = collect('warn');
    log.info({ a: 1 }, 'quiet');
    log.warn({ a: 2 }, 'loud');
    assert.deepEqual(lines.map(({ name, level, a, msg }) => ({ name, level, a, msg })), [{ name: 'test', level: 'warn', a: 2, msg: 'loud' }]);
  });

  it('gives every line of a child its fields, and of a child of that one both', () => {
    const { lines, log } = collect('debug');
    const child = log.child({ experimentId: 'e1' });
    child.child({ attempt: 2 }).info({ update: 3 }, 'deep');
    child.fatal({}, 'end');
    log.info({}, 'apart');
    assert.deepEqual(
      lines.map(({ level, experimentId, attempt, update, msg }) => ({ level, experimentId, attempt, update, msg })),
      [
        { level: 'info', experimentId: 'e1', attempt: 2, update: 3, msg: 'deep' },
        { level: 'fatal', experimentId: 'e1', attempt: undefined, update: undefined, msg: 'end' },
        { level: 'info', experimentId: undefined, attempt: undefined, update: undefined, msg: 'apart' },
      ],
    );
  });

  it('hides secrets of a child, too', () => {
    const { lines, log } = collect('debug');
    log.child({ token: 't0ken', server: { password: 'pw' } }).info({}, 'hello');
    assert.deepEqual([lines[0]?.['token'], lines[0]?.['server']], ['[hidden]', { password: '[hidden]' }]);
  });

  it('hides secrets in fields and passwords inside URLs', () => {
    const { lines, log } = collect('debug');
    log.error({ token: 't0ken', settings: { databaseUrl: 'postgresql://u:pw@h/d' }, error: 'connect postgresql://eyegazer:s3cret@127.0.0.1:5/x failed' }, 'redis://:pass@host is gone');
    const text = JSON.stringify(lines);
    for (const secret of ['t0ken', 'u:pw', 's3cret', 'pass@']) assert.ok(!text.includes(secret), `${secret} in ${text}`);
    assert.match(text, /postgresql:\/\/eyegazer:\[hidden\]@127\.0\.0\.1:5\/x failed/);
  });
});
