import { imageExtensions } from '../image/detect-image-format.js';

/** What other programs call images and this one does not read. */
const foreignExtensions = ['.avif', '.bmp', '.dcm', '.gif', '.heic', '.heif', '.jp2', '.svg'];

function endingOf(path: string, endings: readonly string[]): string | undefined {
  const lower = path.toLowerCase();
  return endings.find((ending) => lower.endsWith(ending));
}

export function isImageName(path: string): boolean {
  return endingOf(path, imageExtensions) !== undefined;
}

export function isForeignImageName(path: string): boolean {
  return endingOf(path, foreignExtensions) !== undefined;
}

/** Without the ending of an image, if it has one: `a.b.png` is `a.b`, and `a.b` is itself. */
export function withoutEnding(path: string): string {
  const ending = endingOf(path, imageExtensions);
  return ending === undefined ? path : path.slice(0, -ending.length);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** With its `/` at the end; empty at the top. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
