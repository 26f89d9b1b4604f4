import { varintBytes, writeVarint } from './bytes';
import type { Stream } from './streams';

/** Tag of length-delimited field 1: of a stream in a push, and of the labels in a stream. */
const FIELD_1 = 0x0a;

/** How large what a push holds of a stream is. */
export interface ShareSize {
  /** Bytes of its labels. */
  readonly labelBytes: number;
  /** Bytes of its entries. */
  readonly bytes: number;
}

/** Entries of a stream that go in one push. */
export interface StreamShare extends ShareSize {
  readonly stream: Stream;
  /** Numbers of its entries, in the order in which they are sent. */
  readonly entries: readonly number[];
}

/** Bytes of what a push holds of a stream, without what stands before it. */
function bodyBytes({ labelBytes, bytes }: ShareSize): number {
  return 1 + varintBytes(labelBytes) + labelBytes + bytes;
}

/** Bytes that it takes in a push. */
export function shareBytes(share: ShareSize): number {
  const body = bodyBytes(share);
  return 1 + varintBytes(body) + body;
}

/** Writes what stands before the labels of a stream in a push, to which its entries follow. @returns where they start. */
export function writeShareHead(push: Uint8Array, from: number, share: ShareSize): number {
  push[from] = FIELD_1;
  const at = writeVarint(push, from + 1, bodyBytes(share));
  push[at] = FIELD_1;
  return writeVarint(push, at + 1, share.labelBytes);
}

/**
 * Parts what has gathered into pushes, each with streams of its own: for every stream of a push Loki takes its labels
 * apart, looks it up, and writes it ahead, whether one entry follows or fifty. Only a stream that is above the limit by
 * itself is in several pushes, in order.
 * @param limit bytes that a push may have; a single entry above it goes alone.
 * @param lengthOf bytes of an entry.
 * @returns pushes of about one size, as few as there can be or one more.
 */
export function parted(
  streams: readonly StreamShare[],
  limit: number,
  lengthOf: (entry: number) => number
): StreamShare[][] {
  const shares = streams.flatMap((stream) => cut(stream, limit, lengthOf));
  const total = shares.reduce((sum, share) => sum + shareBytes(share), 0);
  const aim = total / Math.ceil(total / limit);
  const pushes: StreamShare[][] = [];
  let filled = Infinity;
  for (const share of shares) {
    const bytes = shareBytes(share);
    if (filled >= aim || filled + bytes > limit) {
      pushes.push([]);
      filled = 0;
    }
    pushes.at(-1)!.push(share);
    filled += bytes;
  }
  return pushes;
}

/** What is above the limit by itself, in pieces that are not. */
function cut(share: StreamShare, limit: number, lengthOf: (entry: number) => number): StreamShare[] {
  if (shareBytes(share) <= limit) {
    return [share];
  }
  const room = limit - shareBytes({ ...share, bytes: limit }) + limit;
  const pieces: StreamShare[] = [];
  let entries: number[] = [];
  let bytes = 0;
  for (const entry of share.entries) {
    const length = lengthOf(entry);
    if (entries.length > 0 && bytes + length > room) {
      pieces.push({ ...share, entries, bytes });
      entries = [];
      bytes = 0;
    }
    entries.push(entry);
    bytes += length;
  }
  return [...pieces, { ...share, entries, bytes }];
}
