import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

let guard: ChildProcess | undefined;

/**
 * Starts the guard, once. Called before the first child is: between a child's start and its entry on the guard's list
 * there must be as little time as can be.
 */
export function startGuard(): ChildProcess {
  if (guard !== undefined) {
    return guard;
  }
  guard = spawn(process.execPath, [fileURLToPath(new URL('./guardProcess.mjs', import.meta.url))], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // The guard must not keep this process running, and its loss must not end it.
  guard.unref();
  const warn = (how: string): void =>
    process.emitWarning(`the guard process is gone (${how}): if this process is killed, what it started lives on`);
  guard.once('error', (error) => warn(error.message));
  guard.once('exit', (code, signal) => warn(signal ?? `exit code ${code}`));
  // A write after its end; that end was told above.
  guard.stdin?.on('error', () => undefined);
  (guard.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return guard;
}

function tell(line: string): void {
  startGuard().stdin?.write(`${line}\n`);
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
