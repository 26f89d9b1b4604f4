import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { guardGroup, startGuard, unguardGroup } from './guard';

/** What to run and where its output goes. */
export interface ChildOptions {
  /** What it is called in messages, such as `Loki`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to, and in place of, the variables of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Takes standard output and standard error; written anew. */
  readonly logFile: string;
}

/** A started program, its process group and its log. */
export interface Child {
  readonly name: string;
  readonly logFile: string;
  /** True until the program has ended. */
  readonly running: boolean;
  /** Settles when the program has ended, by itself or by {@link Child.stop}; how it ended, in words. */
  readonly ended: Promise<string>;
  /** True once {@link Child.stop} was called: an end after that is no failure. */
  readonly stopping: boolean;
  /** The last lines of its log. */
  tail(lines?: number): string;
  /** Asks the whole process group to end (SIGTERM), and makes it (SIGKILL) after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
  /** Makes the whole process group end at once (SIGKILL), as a crash would. */
  kill(): Promise<void>;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}

class StartedChild implements Child {
  readonly name: string;
  readonly logFile: string;
  readonly ended: Promise<string>;
  running = true;
  stopping = false;

  constructor(
    options: ChildOptions,
    private readonly child: ChildProcess
  ) {
    this.name = options.name;
    this.logFile = options.logFile;
    if (child.pid !== undefined) {
      guardGroup(child.pid);
    }
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.running = false;
        if (child.pid !== undefined) {
          // What the program itself started goes with it.
          signalGroup(child.pid, 'SIGKILL');
          unguardGroup(child.pid);
        }
        resolve(how);
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(howItEnded(code, signal)));
    });
  }

  tail(lines = 15): string {
    try {
      return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
    } catch (error) {
      return `(no log: ${(error as Error).message})`;
    }
  }

  async stop(graceMs = 15_000): Promise<void> {
    this.stopping = true;
    const { pid } = this.child;
    if (!this.running || pid === undefined) {
      return;
    }
    signalGroup(pid, 'SIGTERM');
    const force = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
    await this.ended;
    clearTimeout(force);
  }

  async kill(): Promise<void> {
    this.stopping = true;
    const { pid } = this.child;
    if (this.running && pid !== undefined) {
      signalGroup(pid, 'SIGKILL');
      await this.ended;
    }
  }
}

/**
 * Starts a program in a process group of its own, so that a Ctrl-C in the terminal reaches only this process, which
 * then stops its children in order. Whatever happens to this process, its children end with it.
 * @returns at once; a program that cannot be started shows as ended, with the system's reason.
 */
export function startChild(options: ChildOptions): Child {
  startGuard();
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'w');
  try {
    const child = spawn(options.command, [...options.args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', log, log],
      detached: true,
    });
    return new StartedChild(options, child);
  } finally {
    closeSync(log);
  }
}

/**
 * Waits until a started program answers.
 * @param isReady asked every 200 ms; may throw while the program is not there yet.
 * @param timeoutMs how long to go on asking.
 * @throws Error with the last log lines and the log's place, where the program ends first or never gets ready.
 */
export async function waitUntilReady(child: Child, isReady: () => Promise<boolean>, timeoutMs = 90_000): Promise<void> {
  const until = Date.now() + timeoutMs;
  while (child.running) {
    const ready = await isReady().catch(() => false);
    if (ready) {
      return;
    }
    if (Date.now() > until) {
      throw new Error(describeFailure(child, `did not get ready within ${timeoutMs / 1000} s`));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(describeFailure(child, `ended before it was ready: ${await child.ended}`));
}

/** A message for a person: what happened to a program, its last words, and where its log is. */
export function describeFailure(child: Child, what: string): string {
  return `${child.name} ${what}.\nIts last log lines (all of them in ${child.logFile}):\n${child.tail()}`;
}
