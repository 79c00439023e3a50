import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openZipSource, type DataSource } from '@eyegazer/data';
import { createZip, type ZipPart } from '../../fixtures/zip-archive.js';

export interface SourceFolder {
  /** Real path. */
  readonly path: string;
  /** An empty folder for what is inflated. */
  readonly workFolder: string;
  write(path: string, bytes?: Uint8Array | string): string;
  openZip(content: readonly ZipPart[] | Uint8Array): Promise<DataSource>;
}

/** A folder of its own for each test of the enclosing suite. */
export function useSourceFolder(): SourceFolder {
  let path = '';
  beforeEach(() => {
    path = realpathSync(mkdtempSync(join(tmpdir(), 'eyegazer-source-')));
    mkdirSync(join(path, 'work'));
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));
  const write = (name: string, bytes: Uint8Array | string = name): string => {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return file;
  };
  return {
    get path() {
      return path;
    },
    get workFolder() {
      return join(path, 'work');
    },
    write,
    openZip: (content) => openZipSource({ file: write('eyes.zip', content instanceof Uint8Array ? content : createZip(content)), name: 'eyes.zip', workFolder: join(path, 'work') }),
  };
}

/** Everything of a file, by every way there is. */
export async function readEveryWay(source: DataSource, path: string): Promise<Buffer[]> {
  const pieces: Uint8Array[] = [];
  for await (const bytes of source.streamFile(path)) pieces.push(bytes);
  const file = await source.openFile(path);
  try {
    const half = file.byteLength >> 1;
    const [end, start] = [await file.read(half, file.byteLength), await file.read(0, half)];
    return [Buffer.from(await source.readFile(path)), Buffer.concat(pieces), Buffer.concat([start, end])];
  } finally {
    await file.close();
  }
}

export const pathsOf = (source: DataSource): string[] => source.files.map(({ path }) => path);
