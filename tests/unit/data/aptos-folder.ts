import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandomKey, randomUint32 } from '@eyegazer/core';
import sharp from 'sharp';

/** A small folder in Kaggle's APTOS layout, to be spoiled by a test. */
export interface AptosFixture {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): void;
  dispose(): void;
}

/** Labels by id; every image is a 12 x 10 PNG of its own. */
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

/** Noise, another one for every `i`: images that are all plain look alike, and are never divided by a split. */
export async function plainPng(i: number): Promise<Uint8Array> {
  const key = createRandomKey(i, 'a plain image');
  const data = Uint8Array.from({ length: 12 * 10 * 3 }, (_, at) => randomUint32(key, at) % 256);
  return sharp(data, { raw: { width: 12, height: 10, channels: 3 } }).png().toBuffer();
}
