/**
 * Whether a process id still means the process it meant. A process id alone does not say: ids are used again, and a
 * killed process stays as a zombie where nobody reaps it.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** When the process began, as an opaque text; null when it has ended, zombies included. */
export function startTokenOf(pid: number): string | null {
  if (process.platform !== 'linux') return startTokenByPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name may hold blanks and brackets: fields are counted from its closing one, state first.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    return state === 'Z' || state === 'X' || startTicks === undefined ? null : startTicks;
  } catch {
    return null;
  }
}

function startTokenByPs(pid: number): string | null {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
  } catch {
    return null;
  }
}

/** Ids of the living processes whose working folder is `folder`; on systems without /proc none are found. */
export function findProcessesIn(folder: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder && startTokenOf(pid) !== null;
      } catch {
        return false;
      }
    });
}
