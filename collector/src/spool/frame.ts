import { crc32 } from 'node:zlib';

/**
 * A record in a segment file: this header, `meta`, `body`.
 *
 * | offset | bytes |                                                                      |
 * | ------ | ----- | -------------------------------------------------------------------- |
 * | 0      | 4     | `NFS1`, also to find the next record after spoilt bytes              |
 * | 4      | 4     | state in the first byte: 0 waits, 1 done; the one byte that changes  |
 * | 8      | 4     | bytes of `body`                                                      |
 * | 12     | 4     | bytes of `meta`                                                      |
 * | 16     | 4     | flows that it holds                                                  |
 * | 20     | 4     | CRC-32 of `meta` and `body`                                          |
 * | 24     | 4     | CRC-32 of the header without state and this field                    |
 */
export const HEADER_BYTES = 28;
/** Where the state is, from the start of the record. */
export const STATE_AT = 4;
/** The state of a record that is stored, or lost for good. */
export const DONE = 1;
/** How a record starts. */
export const MAGIC = Buffer.from('NFS1', 'latin1');

/** No record is larger: a push has 3 MiB at most, and its lines can double in the worst case of their encoding. */
export const MAX_PART_BYTES = 64 * 1024 * 1024;

/** What the spool keeps: it looks at nothing but the sizes. */
export interface SpoolRecord {
  /** What has to be known of a record that is dropped unread. */
  readonly meta: Buffer;
  readonly body: Buffer;
  /** Flows that it holds. */
  readonly flows: number;
}

/** A header that was read. */
export interface FrameHeader {
  readonly done: boolean;
  readonly bodyBytes: number;
  readonly metaBytes: number;
  readonly flows: number;
  readonly checksum: number;
}

/** A record as it stands in a file. */
export function encodeFrame({ meta, body, flows }: SpoolRecord): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + meta.length + body.length);
  MAGIC.copy(frame, 0);
  frame.writeUInt32BE(0, STATE_AT);
  frame.writeUInt32BE(body.length, 8);
  frame.writeUInt32BE(meta.length, 12);
  frame.writeUInt32BE(flows, 16);
  meta.copy(frame, HEADER_BYTES);
  body.copy(frame, HEADER_BYTES + meta.length);
  frame.writeUInt32BE(crc32(frame.subarray(HEADER_BYTES)), 20);
  frame.writeUInt32BE(headerChecksum(frame, 0), 24);
  return frame;
}

/** Reads a header. @returns undefined where there is none, or it is spoilt. */
export function readHeader(bytes: Buffer, at: number): FrameHeader | undefined {
  if (at + HEADER_BYTES > bytes.length || bytes.compare(MAGIC, 0, MAGIC.length, at, at + MAGIC.length) !== 0) {
    return undefined;
  }
  if (bytes.readUInt32BE(at + 24) !== headerChecksum(bytes, at)) {
    return undefined;
  }
  const header = {
    done: bytes[at + STATE_AT] === DONE,
    bodyBytes: bytes.readUInt32BE(at + 8),
    metaBytes: bytes.readUInt32BE(at + 12),
    flows: bytes.readUInt32BE(at + 16),
    checksum: bytes.readUInt32BE(at + 20),
  };
  return header.bodyBytes <= MAX_PART_BYTES && header.metaBytes <= MAX_PART_BYTES ? header : undefined;
}

function headerChecksum(bytes: Buffer, at: number): number {
  return crc32(bytes.subarray(at + 8, at + 24), crc32(bytes.subarray(at, at + STATE_AT)));
}
