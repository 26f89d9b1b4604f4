import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../config';

const SEGMENT = /^(\d{12})\.seg$/;
const LOCK = 'lock';

/** The file of a segment. */
export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(12, '0')}.seg`);
}

/** Numbers of the segments in a folder, the oldest first. */
export function listSegments(folder: string): number[] {
  return readdirSync(folder)
    .map((name) => Number(SEGMENT.exec(name)?.[1] ?? Number.NaN))
    .filter((number) => !Number.isNaN(number))
    .sort((a, b) => a - b);
}

/**
 * Makes the folder and claims it for this process.
 * @throws ConfigError with the remedy, where it cannot be made or written, or another collector runs on it.
 */
export function claimFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    const holder = readHolder(join(folder, LOCK));
    if (holder !== undefined && holder.host === hostname() && holder.pid !== process.pid && isRunning(holder)) {
      throw new ConfigError([
        `spool.path: process ${holder.pid} uses ${folder}; stop it, or give each collector a folder of its own`,
      ]);
    }
    const self: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
    writeFileSync(join(folder, `${LOCK}.new`), JSON.stringify(self));
    renameSync(join(folder, `${LOCK}.new`), join(folder, LOCK));
  } catch (error) {
    if (error instanceof ConfigError) {
      throw error;
    }
    const { message } = error as Error;
    throw new ConfigError([`spool.path: cannot use ${folder}: ${message}; correct the path or its rights`]);
  }
}

/** Makes new and deleted files of a folder survive a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When it was started, in the kernel's count; tells a process from a later one with the same number. */
  readonly started: string | undefined;
}

function readHolder(file: string): Holder | undefined {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder> | null;
    return Number.isInteger(value?.pid) && (value?.pid ?? 0) > 0 ? (value as Holder) : undefined;
  } catch {
    // No lock, or a spoilt one: nobody who runs keeps one like that.
    return undefined;
  }
}

function isRunning({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
      return false;
    }
  }
  const now = startOf(pid);
  return now === undefined || started === undefined || now === started;
}

/** Start time of a process (Linux, proc_pid_stat(5), field 22); undefined elsewhere. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
