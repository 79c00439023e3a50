/**
 * Follows a Dockerfile in plain folders: each stage is a folder, COPY copies, RUN runs in it. What can only be done inside a
 * container (making a user, installing a system's package) is named by the test, word for word, with what stands in for it.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import type { Stage, Step } from './dockerfile.js';

const run = promisify(execFile);

/** An image that was built: a folder that stands for its `/`, and what it says about how it is run. */
export interface BuiltImage {
  root: string;
  workdir: string;
  /** With paths inside the image turned into paths below `root`. */
  env: Record<string, string>;
  user: string;
  labels: Record<string, string>;
  volumes: string[];
  healthcheck: string[];
  stopSignal: string;
  cmd: string[];
}

export interface BuilderOptions {
  /** Folder of the build context. */
  context: string;
  /** Empty folder for the stages. */
  folder: string;
  /** Steps that need a container, by their exact words, and what they leave behind. */
  systemSteps: ReadonlyMap<string, (root: string) => Promise<void>>;
  /** Files of images that stages copy from, as `image path`. */
  imageFiles: ReadonlyMap<string, string>;
}

export interface ImageBuilder {
  build(stages: Stage[], target: string): Promise<BuiltImage>;
}

export function createImageBuilder({ context, folder, systemSteps, imageFiles }: BuilderOptions): ImageBuilder {
  // As in BuildKit, stages of the same content are built once, whichever Dockerfile they stand in.
  const built = new Map<string, Promise<BuiltImage>>();

  function build(stages: Stage[], target: string): Promise<BuiltImage> {
    const key = stageKey(stages, target);
    const known = built.get(key);
    if (known) return known;
    const image = buildStage(stages, findStage(stages, target), join(folder, key.slice(0, 12)));
    built.set(key, image);
    return image;
  }

  async function buildStage(stages: Stage[], stage: Stage, root: string): Promise<BuiltImage> {
    await mkdir(root, { recursive: true });
    const image: BuiltImage = { root, workdir: '/', env: {}, user: 'root', labels: {}, volumes: [], healthcheck: [], stopSignal: 'SIGTERM', cmd: [] };
    if (stages.some(({ name }) => name === stage.base)) {
      const base = await build(stages, stage.base);
      await copyTree(base.root, root);
      const env = Object.fromEntries(Object.entries(base.env).map(([name, value]) => [name, value.replaceAll(base.root, root)]));
      Object.assign(image, structuredClone(base), { root, env });
    }
    for (const step of stage.steps) await takeStep(stages, step, image);
    return image;
  }

  async function takeStep(stages: Stage[], step: Step, image: BuiltImage): Promise<void> {
    const inside = (path: string): string => join(image.root, isAbsolute(path) ? path : join(image.workdir, path));
    switch (step.kind) {
      case 'workdir':
        image.workdir = step.path;
        await mkdir(inside('.'), { recursive: true });
        return;
      case 'copy': {
        const from = step.from === null ? context : stages.some(({ name }) => name === step.from) ? (await build(stages, step.from)).root : null;
        for (const source of step.sources) {
          const path = from === null ? imageFiles.get(`${step.from} ${source}`) : join(from, source);
          if (path === undefined) throw new Error(`Expected a file that stands for ${source} of ${step.from}, found none.`);
          await copyTree(path, inside(step.destination));
        }
        return;
      }
      case 'run': {
        const substitute = systemSteps.get(step.command);
        if (substitute) return substitute(image.root);
        return runIn(inside('.'), step.command, image.env);
      }
      case 'env':
        for (const [name, value] of Object.entries(step.values)) image.env[name] = mapPaths(expand(value, image.env), image.root);
        return;
      case 'label':
        Object.assign(image.labels, step.values);
        return;
      case 'user':
        image.user = step.user;
        return;
      case 'volume':
        image.volumes.push(step.path);
        return;
      case 'stopsignal':
        image.stopSignal = step.signal;
        return;
      case 'healthcheck':
        image.healthcheck = step.command;
        return;
      case 'cmd':
        image.cmd = step.command;
        return;
      default:
        step satisfies never;
    }
  }

  return { build };
}

/** The machine's environment for a process of the image: its own values over PATH and what npm is told; nothing of Eyegazer's. */
export function imageEnvironment(env: Record<string, string>): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => /^(PATH|HOME|TMPDIR|LANG|npm_config_.*|.*_proxy|NODE_EXTRA_CA_CERTS)$/i.test(name));
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...env };
}

async function runIn(cwd: string, command: string, env: Record<string, string>): Promise<void> {
  try {
    await run('sh', ['-c', command], { cwd, env: imageEnvironment(env), maxBuffer: 1 << 26 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`RUN ${command} failed:\n${`${stdout}\n${stderr}`.slice(-3000)}`, { cause: error });
  }
}

/** As COPY does: a folder's content into the folder, a file to the name. Hard links, because no step writes into a file that is there. */
async function copyTree(source: string, destination: string): Promise<void> {
  if ((await stat(source)).isDirectory()) {
    await mkdir(destination, { recursive: true });
    await run('cp', ['-al', '--remove-destination', `${source}/.`, destination]);
  } else {
    await mkdir(dirname(destination), { recursive: true });
    await cp(source, destination);
  }
}

function findStage(stages: Stage[], name: string): Stage {
  const stage = stages.find((candidate) => candidate.name === name);
  if (!stage) throw new Error(`Expected one of the stages ${stages.map(({ name: known }) => known).join(', ')}, got ${name}.`);
  return stage;
}

function stageKey(stages: Stage[], target: string): string {
  const stage = findStage(stages, target);
  const needs = [stage.base, ...stage.steps.flatMap((step) => (step.kind === 'copy' && step.from !== null ? [step.from] : []))];
  const keys = needs.map((name) => (stages.some((candidate) => candidate.name === name) ? stageKey(stages, name) : name));
  return createHash('sha256').update(JSON.stringify([keys, stage.steps])).digest('hex');
}

function expand(value: string, env: Record<string, string>): string {
  return value.replace(/\$\{?(\w+)\}?/g, (_, name: string) => env[name] ?? process.env[name] ?? '');
}

/** `/app/x:/usr/bin` -> `<root>/app/x:/usr/bin`: the image's own folders lie below its root here. */
function mapPaths(value: string, root: string): string {
  return value.split(delimiter).map((part) => (/^\/(app|data)(\/|$)/.test(part) ? join(root, part) : part)).join(delimiter);
}
