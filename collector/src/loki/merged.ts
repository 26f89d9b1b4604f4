import protobuf from 'protobufjs/minimal.js';
import { uncompress } from 'snappy';
import { addedUp, makeBatch, type Batch, type StreamEntries } from './batch';
import { compressPush } from './compress';
import type { Parcel } from './parcel';
import { shareBytes, writeShareHead, type ShareSize } from './shares';

/** What pushes hold of one stream. */
interface Gathered extends ShareSize {
  readonly labels: Uint8Array;
  /** Encoded entries, those of each push in one piece. */
  readonly entries: Uint8Array[];
  bytes: number;
}

/**
 * Several parcels as one, so that Loki gets one push: each costs it 2 ms of CPU, whatever is in it, and each stream of a
 * push 15 µs. A stream that several have is there once, its entries in the parcels' order.
 * @param parcels at least one.
 */
export function mergedParcel(parcels: readonly Parcel[]): Parcel {
  const [first] = parcels;
  if (first !== undefined && parcels.length === 1) {
    return first;
  }
  return {
    flows: addedUp(parcels.map(({ flows }) => flows)),
    bytes: parcels.reduce((sum, { bytes }) => sum + bytes, 0),
    body: async () => {
      const pushes = await Promise.all(
        parcels.map(async (parcel) => (await uncompress(await parcel.body())) as Buffer)
      );
      return compressPush(joinPushes(pushes));
    },
    batch: async () => joinBatches(await Promise.all(parcels.map((parcel) => parcel.batch()))),
  };
}

/** One `logproto.PushRequest` of several, which begin each stream with its labels, as `OpenBatch` does. */
export function joinPushes(pushes: readonly Uint8Array[]): Buffer {
  const streams = new Map<string, Gathered>();
  for (const push of pushes) {
    const reader = protobuf.Reader.create(push);
    while (reader.pos < reader.len) {
      reader.uint32();
      const end = reader.uint32() + reader.pos;
      reader.uint32();
      const labels = reader.bytes();
      const entries = push.subarray(reader.pos, end);
      reader.pos = end;
      take(streams, labels, entries);
    }
  }
  return written([...streams.values()]);
}

function take(streams: Map<string, Gathered>, labels: Uint8Array, entries: Uint8Array): void {
  const key = Buffer.from(labels.buffer, labels.byteOffset, labels.length).toString('latin1');
  let stream = streams.get(key);
  if (stream === undefined) {
    stream = { labels, labelBytes: labels.length, entries: [], bytes: 0 };
    streams.set(key, stream);
  }
  stream.entries.push(entries);
  stream.bytes += entries.length;
}

function written(streams: readonly Gathered[]): Buffer {
  const push = Buffer.allocUnsafe(streams.reduce((sum, stream) => sum + shareBytes(stream), 0));
  let at = 0;
  for (const stream of streams) {
    at = writeShareHead(push, at, stream);
    for (const piece of [stream.labels, ...stream.entries]) {
      push.set(piece, at);
      at += piece.length;
    }
  }
  return push;
}

function joinBatches(batches: readonly Batch[]): Batch {
  const streams = new Map<string, StreamEntries>();
  for (const { stream, entries } of batches.flatMap((batch) => batch.streams)) {
    const known = streams.get(stream.labels);
    streams.set(stream.labels, { stream, entries: [...(known?.entries ?? []), ...entries] });
  }
  return makeBatch([...streams.values()].map(oldestFirst));
}

function oldestFirst({ stream, entries }: StreamEntries): StreamEntries {
  return { stream, entries: [...entries].sort((a, b) => a.ms - b.ms || a.subMs - b.subMs) };
}
