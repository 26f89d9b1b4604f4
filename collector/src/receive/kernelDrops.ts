import { readFile } from 'node:fs/promises';

/**
 * Datagrams that the kernel dropped for each UDP port of this host since its socket was opened, mostly because the
 * socket's buffer was full: the last column of /proc/net/udp and udp6 (Linux, proc_net_udp(5)).
 * @returns undefined where the host has no such file.
 */
export async function kernelDrops(ports: readonly number[]): Promise<Map<number, number> | undefined> {
  const tables = await Promise.all(
    ['/proc/net/udp', '/proc/net/udp6'].map((file) => readFile(file, 'utf8').catch(() => undefined))
  );
  if (tables.every((table) => table === undefined)) {
    return undefined;
  }
  return sumDrops(tables.filter((table) => table !== undefined).join('\n'), ports);
}

/** Sums the drops in the text of those tables over the sockets of each port. */
export function sumDrops(tables: string, ports: readonly number[]): Map<number, number> {
  const drops = new Map(ports.map((port) => [port, 0]));
  for (const row of tables.split('\n')) {
    const columns = row.trim().split(/\s+/);
    const port = parseInt(columns[1]?.split(':')[1] ?? '', 16);
    const count = Number(columns[12]);
    const known = drops.get(port);
    if (known !== undefined && Number.isSafeInteger(count)) {
      drops.set(port, known + count);
    }
  }
  return drops;
}
