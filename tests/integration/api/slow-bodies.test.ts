import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { until } from '../../until.js';
import { useTokenApi } from './token-world.js';

describe('API: bodies that take for ever', function () {
  this.timeout(30_000);
  const { api, tokens } = useTokenApi({ doors: { limits: { longestBodyMs: 2500 } } });
  const connections: Socket[] = [];
  afterEach(() => connections.splice(0).forEach((connection) => connection.destroy()));

  /** Sends the head of a request whose body is longer than what follows. */
  function begin(head: string): { connection: Socket; heard: () => string; closed: Promise<unknown> } {
    const connection = connect(Number(new URL(api.url).port), '127.0.0.1');
    connections.push(connection);
    let heard = '';
    connection.setEncoding('utf8').on('data', (text: string) => (heard += text));
    connection.on('error', () => undefined);
    const closed = new Promise((resolve) => connection.once('close', resolve));
    connection.write(`${head}\r\nHost: ${new URL(api.url).host}\r\nContent-Length: 1000\r\n`);
    return { connection, heard: () => heard, closed };
  }

  it('are cut off, whatever was answered by then', async () => {
    const answers = { '/api/session': '', '/api/tokens': 'HTTP/1.1 401', '/api/restore': 'HTTP/1.1 401', '/': 'HTTP/1.1 405', '/socket.io/?EIO=4&transport=polling': 'HTTP/1.1 400' };
    const heard = Object.keys(answers).map(async (path) => {
      const slow = begin(`POST ${path} HTTP/1.1`);
      slow.connection.write('Content-Type: application/json\r\n\r\n{');
      await slow.closed;
      return [path, slow.heard().slice(0, 12)];
    });
    assert.deepEqual(Object.fromEntries(await Promise.all(heard)), answers);
  });

  it('are waited for when they are a backup that an admin puts back', async () => {
    const backup = begin('POST /api/restore HTTP/1.1');
    backup.connection.write(`Authorization: Bearer ${tokens.admin}\r\nContent-Type: application/x-tar\r\n\r\n${'x'.repeat(500)}`);
    const later = begin('POST /api/session HTTP/1.1');
    later.connection.write('Content-Type: application/json\r\n\r\n{');
    await later.closed;
    assert.equal(backup.heard(), '');
    backup.connection.write('x'.repeat(500));
    await until(() => backup.heard().includes('BAD_FILE'));
  });
});
