import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, on all Linux that Node runs on. */
const TICKS = 100;

/** CPU seconds that a process has used, all its threads together (proc_pid_stat(5)). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold anything; user and system time are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** MiB of memory that a process holds now. */
export function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1024;
}

/** Datagrams that the kernel dropped at the UDP port (proc_net_udp(5)). */
export function kernelDrops(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return ['/proc/net/udp', '/proc/net/udp6']
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .map((row) => row.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(`:${hex}`))
    .reduce((sum, columns) => sum + Number(columns[12]), 0);
}

/** Waits. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits until a count does not grow any more. @returns the count. */
export async function settled(count: () => Promise<number>): Promise<number> {
  let last = -1;
  for (let same = 0; same < 4;) {
    await pause(500);
    const now = await count();
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return last;
}
