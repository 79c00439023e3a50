/**
 * A second host on this machine: a namespace with a name, a machine id and a network of its own, in which nothing can be reached
 * but the ports that are named. Needs neither root nor settings of the machine's network.
 */
import { randomBytes } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The first host, as the second one sees it. */
export const firstHostAddress = '10.7.0.1';
export const secondHostName = 'second-host';

const namespaces = ['--user', '--map-root-user', '--net', '--mount', '--uts'];
const setUp = `set -e
ip link set lo up
ip addr add ${firstHostAddress}/32 dev lo
hostname ${secondHostName}
if [ -e /etc/machine-id ]; then mount --bind "$1" /etc/machine-id; fi
shift
exec "$@"`;

export interface HostProcess {
  output(): string;
  exited: Promise<number | null>;
  /** Sends SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Whether this machine lets us make one. */
export function canMakeHosts(): boolean {
  return spawnSync('unshare', [...namespaces, 'ip', 'link', 'set', 'lo', 'up']).status === 0;
}

export interface SecondHostOptions {
  /** Port of the first host's address as the second one sees it -> port of loopback here. */
  ports: ReadonlyMap<number, number>;
  /** Where the script runs. */
  folder: string;
  /** For sh. Its environment has PATH and nothing else. */
  script: string;
}

export async function runOnSecondHost({ ports, folder, script }: SecondHostOptions): Promise<HostProcess> {
  const shared = await mkdtemp(join(tmpdir(), 'eyegazer-host-'));
  const machineId = join(shared, 'machine-id');
  await writeFile(machineId, `${randomBytes(16).toString('hex')}\n`);
  const servers = await Promise.all(
    [...ports].map(async ([outer, inner]) => {
      const path = join(shared, String(outer));
      const server = createServer((socket) => {
        const far = connect(inner, '127.0.0.1');
        socket.pipe(far).pipe(socket);
        socket.on('error', () => far.destroy()).on('close', () => far.destroy());
        far.on('error', () => socket.destroy()).on('close', () => socket.destroy());
      });
      await new Promise<void>((resolve) => server.listen(path, resolve));
      return { server, route: `${outer}=${path}` };
    }),
  );

  const relay = [process.execPath, join(import.meta.dirname, 'second-host-relay.mjs'), firstHostAddress, ...servers.map(({ route }) => route), '--', script];
  const child = spawn('unshare', [...namespaces, 'sh', '-c', setUp, 'sh', machineId, ...relay], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve)).then(async (code) => {
    for (const { server } of servers) server.close();
    await rm(shared, { recursive: true, force: true });
    return code;
  });
  return {
    output: () => output,
    exited,
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
