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
    assert.deepEqual(lines.map(({ name, level, a, msg }) => ({ name, level, a, msg })), [{ name: 'test', level: 40, a: 2, msg: 'loud' }]);
  });

  it('hides secrets in fields and passwords inside URLs', () => {
    const { lines, log } = collect('debug');
    log.error({ token: 't0ken', settings: { databaseUrl: 'postgresql://u:pw@h/d' }, error: 'connect postgresql://eyegazer:s3cret@127.0.0.1:5/x failed' }, 'redis://:pass@host is gone');
    const text = JSON.stringify(lines);
    for (const secret of ['t0ken', 'u:pw', 's3cret', 'pass@']) assert.ok(!text.includes(secret), `${secret} in ${text}`);
    assert.match(text, /postgresql:\/\/eyegazer:\[hidden\]@127\.0\.0\.1:5\/x failed/);
  });
});
