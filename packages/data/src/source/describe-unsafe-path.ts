/** Longer paths are refused: no file system opens them. */
const mostLetters = 1000;

/** Why a path from an archive, a bucket or a folder may not be used, or null when it may: relative, with `/` between plain names. */
export function describeUnsafePath(path: string): string | null {
  if (path === '') return 'it is empty';
  if (path.length > mostLetters) return `it has more than ${mostLetters} characters`;
  if (path.includes('\u0000')) return 'it holds a NUL';
  if (/[\u0001-\u001f\u007f]/.test(path)) return 'it holds a control character';
  if (path.includes('\uFFFD')) return 'it is not UTF-8';
  if (path.includes('\\')) return 'it holds a backslash; parts of a path are divided by /';
  if (path.startsWith('/')) return 'it is absolute';
  if (/^[a-zA-Z]:/.test(path)) return 'it begins with a drive';
  const parts = path.split('/');
  if (parts.includes('..')) return 'it leaves its folder (..)';
  if (parts.includes('.') || parts.includes('')) return 'it has an empty part';
  return null;
}
