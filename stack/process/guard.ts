import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

let guard: ChildProcess | undefined;

function tell(line: string): void {
  if (guard === undefined) {
    guard = spawn(process.execPath, [fileURLToPath(new URL('./guardProcess.mjs', import.meta.url))], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    // The guard must not keep this process running, and its loss must not end it.
    guard.unref();
    guard.on('error', () => undefined);
    guard.stdin?.on('error', () => undefined);
    (guard.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  }
  guard.stdin?.write(`${line}\n`);
}

/**
 * Has a process group ended when this process ends, even if it is killed with SIGKILL.
 * @param group process group id: the pid of a child that was started `detached`.
 */
export function guardGroup(group: number): void {
  tell(`+${group}`);
}

/** Takes a process group off the list, once it has ended; its id may then be given to a stranger. */
export function unguardGroup(group: number): void {
  tell(`-${group}`);
}
