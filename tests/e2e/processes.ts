import { readdirSync, readFileSync } from 'node:fs';

/** Command lines of living processes (zombies aside) that name `path` in their arguments or environment. */
export function findProcessesOf(path: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const state = /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      return state !== 'Z' && (commandLine.includes(path) || environment.includes(path)) ? [commandLine] : [];
    } catch {
      return []; // It ended meanwhile, or is another user's.
    }
  });
}
