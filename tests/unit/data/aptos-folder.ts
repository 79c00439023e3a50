import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

/** A small folder in Kaggle's APTOS layout, to be spoiled by a test. */
export interface AptosFixture {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): void;
  dispose(): void;
}

/** Labels by id; every image is a plain 12 x 10 PNG, each of its own colour. */
export async function createAptosFolder(labels: Record<string, string>): Promise<AptosFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'eyegazer-aptos-'));
  mkdirSync(join(folder, 'train_images'));
  const fixture: AptosFixture = {
    folder,
    path: (name) => join(folder, name),
    write: (name, content) => writeFileSync(join(folder, name), content),
    dispose: () => rmSync(folder, { recursive: true }),
  };
  fixture.write('train.csv', ['id_code,diagnosis', ...Object.entries(labels).map(([id, label]) => `${id},${label}`), ''].join('\n'));
  for (const [i, id] of Object.keys(labels).entries()) fixture.write(`train_images/${id}.png`, await plainPng(i));
  return fixture;
}

export async function plainPng(i: number): Promise<Uint8Array> {
  return sharp({ create: { width: 12, height: 10, channels: 3, background: { r: (i * 40) % 256, g: (i * 90) % 256, b: 30 } } }).png().toBuffer();
}
