import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { Spool, spoolConfig, type Taken } from '../../src/spool';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** An empty folder, removed after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spool-'));
  folders.push(folder);
  return folder;
}

/** A spool and what it told. Settings below the limits of the configuration are possible. */
export function openSpool(folder: string, settings: Record<string, unknown> = {}) {
  const dropped: string[] = [];
  const spoilt: Array<{ records: number; flows: number; detail: string }> = [];
  const notices: string[] = [];
  const config = { ...spoolConfig.parse({ path: folder }), ...settings };
  const spool = Spool.open(folder, config, {
    onAvailable: () => undefined,
    onDropped: (records) => dropped.push(...records.map(({ meta }) => meta.toString())),
    onSpoilt: (records, flows, detail) => spoilt.push({ records, flows, detail }),
    onNotice: (message) => notices.push(message),
  });
  return { spool, dropped, spoilt, notices };
}

/** A record whose body and meta tell which one it is; it holds `number` flows. */
export function numbered(number: number, size = 0) {
  return {
    meta: Buffer.from(`meta ${number}`),
    body: Buffer.concat([Buffer.from(`body ${number} `), Buffer.alloc(size, number)]),
    flows: number,
  };
}

/** All records that can be taken now. */
export async function takeAll(spool: Spool): Promise<Taken[]> {
  const all: Taken[] = [];
  for (let taken = await spool.next(); taken !== undefined; taken = await spool.next()) {
    all.push(taken);
  }
  return all;
}

/** The numbers of records as {@link numbered} made them. */
export const numbersOf = (records: readonly Taken[]) =>
  records.map(({ body }) => Number(/^body (\d+) /.exec(body.toString('latin1'))?.[1]));
