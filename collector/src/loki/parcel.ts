import protobuf from 'protobufjs/minimal.js';
import { compressSync, uncompress, uncompressSync } from 'snappy';
import { flowsByExporter, makeBatch, ROLLUPS, type Batch, type Entry, type StreamEntries } from './batch';
import { compressPush } from './compress';
import { encodePush } from './encode';
import type { SealedBatch } from './openBatch';
import type { Stream } from './streams';

/** A batch on its way to Loki. */
export interface Parcel {
  /** Its flows by exporter, and lines of rollups under `ROLLUPS`. */
  readonly flows: ReadonlyMap<string, number>;
  /** Its size, as far as it is in memory. */
  readonly bytes: number;
  /** The body of a push with all of it. The same parcel gives the same bytes. */
  body(): Promise<Buffer>;
  /** What is in it, to be taken apart. */
  batch(): Promise<Batch>;
}

/** A parcel from the spool. */
export interface SpooledParcel extends Parcel {
  /** Bytes of its push, uncompressed. */
  readonly pushBytes: number;
}

/** A parcel that is in memory as it is. */
export function memoryParcel(batch: Batch): Parcel {
  return {
    flows: flowsByExporter(batch),
    bytes: batch.bytes,
    body: () => compressPush(encodePush(batch)),
    batch: () => Promise.resolve(batch),
  };
}

/** A batch that was sealed and is in memory. */
export function sealedParcel(sealed: SealedBatch): Parcel {
  return {
    flows: sealed.flows,
    bytes: sealed.bytes,
    body: () => compressPush(sealed.push),
    batch: () => Promise.resolve(makeBatch(decodePush(sealed.push, detailsOf(sealed)))),
  };
}

/** What the push itself does not say of its streams: needed only where Loki refuses some of it. */
interface Details {
  /** Exporters that `streams` names by number. */
  readonly exporters: readonly string[];
  /** For each stream, in the push's order: its fold, and the exporter of each entry (-1: counts nowhere). */
  readonly streams: ReadonlyArray<{
    readonly fold?: { readonly labels: string; readonly members: string };
    readonly by: readonly number[];
  }>;
}

/** Version of what `meta` and `body` hold. */
const VERSION = 1;

/**
 * A batch as the spool keeps it: in `body` the push as it will be sent, so that sending it again is reading and
 * nothing else, and behind it what taking it apart would need; in `meta` its flows by exporter.
 */
export async function encodeParcel(sealed: SealedBatch): Promise<{ meta: Buffer; body: Buffer; flows: number }> {
  const push = await compressPush(sealed.push);
  const details = compressSync(JSON.stringify(detailsOf(sealed)));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(push.length);
  return {
    meta: Buffer.from(JSON.stringify([VERSION, ...sealed.flows].flat())),
    body: Buffer.concat([size, push, details]),
    flows: [...sealed.flows].reduce((sum, [exporter, count]) => sum + (exporter === ROLLUPS ? 0 : count), 0),
  };
}

/**
 * The flows by exporter of a record of the spool.
 * @throws Error where another version wrote it.
 */
export function readMeta(meta: Buffer): Map<string, number> {
  const [version, ...pairs] = JSON.parse(meta.toString('utf8')) as [number, ...Array<string | number>];
  if (version !== VERSION) {
    throw new Error(`written by another version of the collector (${String(version)}, this one writes ${VERSION})`);
  }
  const flows = new Map<string, number>();
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    flows.set(String(pairs[index]), Number(pairs[index + 1]));
  }
  return flows;
}

/**
 * A record of the spool as a parcel.
 * @throws Error where another version wrote it.
 */
export function decodeParcel(meta: Buffer, body: Buffer): SpooledParcel {
  const flows = readMeta(meta);
  const end = 4 + body.readUInt32BE(0);
  const push = body.subarray(4, end);
  return {
    flows,
    bytes: body.length,
    // Snappy's block format begins with it, as a number like protobuf's.
    pushBytes: protobuf.Reader.create(push).uint32(),
    body: () => Promise.resolve(push),
    batch: async () => {
      const details = JSON.parse(String(uncompressSync(body.subarray(end)))) as Details;
      return makeBatch(decodePush((await uncompress(push)) as Buffer, details));
    },
  };
}

function detailsOf({ exporters, streams, counts, by }: SealedBatch): Details {
  let at = 0;
  return {
    exporters,
    streams: streams.map(({ fold }, index) => ({
      fold: fold && { labels: fold.stream.labels, members: fold.members },
      by: [...by.subarray(at, (at += counts[index]!))],
    })),
  };
}

/** Reads what `encodePush` writes. */
function decodePush(bytes: Buffer, { exporters, streams }: Details): StreamEntries[] {
  const reader = protobuf.Reader.create(bytes);
  const decoded: StreamEntries[] = [];
  while (reader.pos < reader.len) {
    reader.uint32();
    const end = reader.uint32() + reader.pos;
    reader.uint32();
    const labels = reader.string();
    const details = streams[decoded.length];
    const entries: Entry[] = [];
    while (reader.pos < end) {
      entries.push(decodeEntry(reader, exporters[details?.by[entries.length] ?? -1]));
    }
    decoded.push({ stream: streamOf(labels, details?.fold), entries });
  }
  return decoded;
}

function streamOf(labels: string, fold: Details['streams'][number]['fold']): Stream {
  return fold === undefined ? { labels } : { labels, fold: { stream: { labels: fold.labels }, members: fold.members } };
}

function decodeEntry(reader: protobuf.Reader, exporter: string | undefined): Entry {
  reader.uint32();
  reader.uint32();
  reader.uint32();
  reader.uint32();
  reader.uint32();
  const seconds = Number(reader.int64());
  reader.uint32();
  const nanos = reader.int32();
  reader.uint32();
  const line = reader.string();
  const ms = seconds * 1000 + Math.floor(nanos / 1_000_000);
  const entry = { ms, subMs: nanos % 1_000_000, line };
  return exporter === ROLLUPS ? { ...entry, rollup: true } : { ...entry, exporter };
}
