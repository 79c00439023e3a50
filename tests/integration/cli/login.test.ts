import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useApi } from '../api/api-world.js';
import { useTokenApi } from '../api/token-world.js';
import { useCli } from './cli-world.js';

describe('command line: login', function () {
  this.timeout(30_000);
  const { api, tokens } = useTokenApi();
  const cli = useCli(() => '');
  const open = useApi();

  afterEach(() => cli.run(['logout']));

  it('verifies the token, keeps it for its owner alone, and uses it from then on', async () => {
    const login = await cli.run(['login', '--url', api.url], { input: `${tokens.member}\n` });
    assert.deepEqual([login.code, login.stdout], [0, `Logged in to ${api.url} as member (member).\n`], login.stderr);
    assert.equal((await stat(cli.configFile)).mode & 0o777, 0o600);
    assert.deepEqual(JSON.parse(await readFile(cli.configFile, 'utf8')), { url: api.url, token: tokens.member });
    assert.deepEqual(await cli.json(['whoami']), { url: api.url, open: false, actor: { tokenId: (await cli.json<{ actor: { tokenId: string } }>(['whoami'])).actor.tokenId, name: 'member', role: 'member' } });
    assert.equal((await cli.run(['ls'])).code, 0);
  });

  it('keeps nothing of a token that the server does not take', async () => {
    const { code, stderr } = await cli.run(['login', '--url', api.url, '--token', `eyg_${'z'.repeat(43)}`]);
    assert.equal(code, 4, stderr);
    await assert.rejects(stat(cli.configFile), { code: 'ENOENT' });
  });

  it('says that a token is needed when none comes', async () => {
    const { code, stderr } = await cli.run(['login', '--url', api.url]);
    assert.equal(code, 4);
    assert.match(stderr, /asks for a token\. Give it on standard input, or with --token\./);
  });

  it('needs no token for a server that asks for none', async () => {
    const { code, stdout } = await cli.run(['login', '--url', open.url]);
    assert.deepEqual(await cli.json(['login', '--url', open.url]), { url: open.url, open: true, actor: { tokenId: null, name: 'this machine', role: 'admin' } });
    assert.deepEqual([code, stdout], [0, `${open.url} asks for no token. Commands go there from now on.\n`]);
    assert.equal((await cli.run(['whoami'])).stdout, `this machine (admin) on ${open.url}, which asks for no token\n`);
  });

  it('forgets the login', async () => {
    await cli.run(['login', '--url', api.url, '--token', tokens.viewer]);
    assert.equal((await cli.run(['logout'])).stdout, 'Forgotten.\n');
    await assert.rejects(stat(cli.configFile), { code: 'ENOENT' });
    assert.equal((await cli.run(['logout'])).stdout, 'Nobody was logged in.\n');
    assert.deepEqual(await cli.json(['logout']), { wasLoggedIn: false });
  });

  it('shows the stored token to no other server', async () => {
    const seen: (string | undefined)[] = [];
    const stranger = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    try {
      await cli.run(['login', '--url', api.url, '--token', tokens.viewer]);
      await cli.run(['whoami', '--url', `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`]);
    } finally {
      stranger.closeAllConnections();
      stranger.close();
    }
    assert.deepEqual(seen, [undefined]);
  });
});
