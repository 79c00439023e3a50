import assert from 'node:assert/strict';
import { createLogger, createSecretHider, findSecrets } from '@eyegazer/platform';

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

  it('hides tokens, sessions, cookies and signatures wherever they stand', () => {
    const { lines, log } = collect('debug');
    const [token, session] = [`eyg_${'aB3_'.repeat(10)}xyz`, `eys_${'Q-9z'.repeat(10)}abc`];
    log.error({ deep: { er: [{ said: `token ${token} is not known` }] }, headers: { Cookie: `a=1; __Host-eyegazer_session=${session}; b=2` } }, `Authorization: Bearer ${token}, or bearer wr0ng.word`);
    log.info({ url: 'https://s3.example/b/k?X-Amz-Credential=AKIA%2F20260101&X-Amz-Signature=deadbeef&x-id=GetObject' }, 'signed');
    const text = JSON.stringify(lines);
    for (const secret of ['aB3_', 'Q-9z', 'wr0ng', 'AKIA', 'deadbeef']) assert.ok(!text.includes(secret), `${secret} in ${text}`);
    assert.match(text, /token \[hidden\] is not known/);
    assert.match(text, /a=1; __Host-eyegazer_session=\[hidden\]; b=2/);
    assert.match(text, /&x-id=GetObject/);
  });

  it('hides what an environment holds: as it is, in JSON, in a URL', () => {
    const environment = { DATABASE_URL: 'postgresql://u:p%40ss-Word1@h/d', REDIS_URL: 'redis://h:6379', AWS_SECRET_ACCESS_KEY: 'wJalr/Xut+nFE"MI', AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', EYEGAZER_TOKEN: '' };
    assert.deepEqual(findSecrets(environment).sort(), ['p%40ss-Word1', 'p@ss-Word1', 'wJalr/Xut+nFE"MI'].sort());
    const lines: string[] = [];
    const log = createLogger({ name: 'test', level: 'debug', secrets: findSecrets(environment), destination: { write: (line) => lines.push(line) } });
    for (const said of ['wJalr/Xut+nFE"MI', encodeURIComponent('wJalr/Xut+nFE"MI'), 'p@ss-Word1', 'p%40ss-Word1']) log.warn({ said }, said);
    assert.ok(!/wJalr|ss-Word1/.test(lines.join('')), lines.join(''));
    for (const line of lines) JSON.parse(line);
  });

  it('hides the password of a URL that has it as a parameter', () => {
    const hide = createSecretHider([]);
    assert.equal(hide('no postgresql://h/d?user=u&password=s3cret&sslmode=require, no "pg://h/d?sslpassword=k3y"'), 'no postgresql://h/d?user=u&password=[hidden]&sslmode=require, no "pg://h/d?sslpassword=[hidden]"');
  });

  // A search that starts again at every letter would take hours for these.
  it('reads a long line once, whatever somebody has put into it', () => {
    const hide = createSecretHider([]);
    for (const piece of ['a.', 'a+', '://', 'a://', ':a', 'bearer ', 'eyg_', '?password']) {
      const line = piece.repeat(500_000);
      assert.equal(hide(line).length > 0, true, piece);
    }
  });

  it('does not take a common word for a secret', () => {
    assert.equal(createSecretHider(['eyegazer', 'x1'])('eyegazer x1'), 'eyegazer x1');
  });

  it('adds to every line what its context says at that moment', () => {
    const lines: Record<string, unknown>[] = [];
    let context: Record<string, unknown> = {};
    const log = createLogger({ name: 'test', level: 'info', context: () => context, destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) } });
    log.info({}, 'outside');
    context = { requestId: 'r1' };
    log.child({ a: 1 }).info({ b: 2 }, 'inside');
    assert.deepEqual(lines.map(({ requestId, a, b }) => ({ requestId, a, b })), [{ requestId: undefined, a: undefined, b: undefined }, { requestId: 'r1', a: 1, b: 2 }]);
  });
});
