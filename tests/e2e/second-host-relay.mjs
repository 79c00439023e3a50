/**
 * The only way out of the second host: listens on its ports, passes each connection to a socket in a folder that both hosts
 * see, and runs one script between them. Arguments: the address, `port=socket` pairs, `--`, the script.
 */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

const [address, ...rest] = process.argv.slice(2);
const [routes, [script]] = [rest.slice(0, rest.indexOf('--')), rest.slice(rest.indexOf('--') + 1)];

await Promise.all(
  routes.map((route) => {
    const [port, path] = route.split('=');
    const server = createServer((socket) => {
      const far = connect(path);
      socket.pipe(far).pipe(socket);
      for (const [from, to] of [[socket, far], [far, socket]]) from.on('error', () => to.destroy()).on('close', () => to.destroy());
    });
    return new Promise((resolve) => server.listen(Number(port), address, resolve));
  }),
);

// Nothing in its environment but where programs are.
const child = spawn('sh', ['-c', script], { stdio: 'inherit', env: { PATH: process.env.PATH } });
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
