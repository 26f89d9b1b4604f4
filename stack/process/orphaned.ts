import { readFileSync } from 'node:fs';

const CHECK_MS = 1000;

/** The parent of a process; undefined where it is gone or the system has no /proc. */
function parentOf(pid: number): number | undefined {
  try {
    // `pid (name) state parent …`; the name may hold anything, so what counts comes after its last bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** npm runs a script in a shell: the parent of this process and the parent's parent. */
function ancestors(): string {
  return `${process.ppid} ${parentOf(process.ppid) ?? ''}`;
}

/**
 * Calls back once when the npm that started this process is gone, were it by SIGKILL: nobody could stop this process
 * from that terminal any more. Does nothing where npm did not start it.
 */
export function onOrphaned(callback: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) {
    return;
  }
  const before = ancestors();
  const check = setInterval(() => {
    if (ancestors() !== before) {
      clearInterval(check);
      callback();
    }
  }, CHECK_MS);
  check.unref();
}
