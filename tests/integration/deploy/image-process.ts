/** The start command of an image, run as its user where the tests run as root, so that nothing but its volumes can be written. */
import { execFile, spawn } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { imageEnvironment, type BuiltImage } from './image-builder.js';

const run = promisify(execFile);

export interface ImageProcess {
  output(): string;
  /** Sends the image's stop signal; resolves with how the process ended. */
  stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

type Owner = { uid: number; gid: number } | Record<string, never>;

function ownerOf(image: BuiltImage): Owner {
  const [uid, gid] = image.user.split(':').map(Number);
  return process.getuid?.() === 0 && uid !== undefined && gid !== undefined ? { uid, gid } : {};
}

/** Makes the image's volumes, owned by its user. */
export async function prepareVolumes(image: BuiltImage): Promise<void> {
  const { uid, gid } = ownerOf(image);
  for (const volume of image.volumes) {
    await mkdir(join(image.root, volume), { recursive: true });
    if (uid !== undefined && gid !== undefined) await chown(join(image.root, volume), uid, gid);
  }
}

export function startImage(image: BuiltImage, env: Record<string, string>): ImageProcess {
  const [command = '', ...args] = image.cmd;
  const child = spawn(command, args, { cwd: join(image.root, image.workdir), env: { ...imageEnvironment(image.env), ...env }, stdio: ['ignore', 'pipe', 'pipe'], ...ownerOf(image) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  return {
    output: () => output,
    stop: () => {
      child.kill(image.stopSignal as NodeJS.Signals);
      return exited;
    },
  };
}

/** Runs a command in the image; answers its exit code and what it said. */
export async function runInImage(image: BuiltImage, words: string[], env: Record<string, string> = {}): Promise<{ code: number; output: string }> {
  const [command = '', ...args] = words;
  const options = { cwd: join(image.root, image.workdir), env: { ...imageEnvironment(image.env), ...env }, ...ownerOf(image) };
  return run(command, args, options).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, output: error.stdout + error.stderr }),
  );
}
