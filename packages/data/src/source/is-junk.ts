const junk = new Set(['__macosx', 'thumbs.db', 'desktop.ini']);

/** Whether a file or folder is what file managers leave behind, or hidden: nobody means it to be data. */
export function isJunk(name: string): boolean {
  return name.startsWith('.') || junk.has(name.toLowerCase());
}
