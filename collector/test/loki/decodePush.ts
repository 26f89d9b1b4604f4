import protobuf from 'protobufjs';
import { uncompressSync } from 'snappy';

/** A stream as a push brought it; timestamps in nanoseconds, as text. */
export interface PushedStream {
  readonly labels: string;
  readonly entries: ReadonlyArray<{ readonly ns: string; readonly line: string }>;
}

// The field numbers are those of logproto (github.com/grafana/loki pkg/push/push.proto).
const { root } = protobuf.parse(`
  syntax = "proto3";
  message PushRequest { repeated StreamAdapter streams = 1; }
  message StreamAdapter { string labels = 1; repeated EntryAdapter entries = 2; uint64 hash = 3; }
  message EntryAdapter { Timestamp timestamp = 1; string line = 2; }
  message Timestamp { int64 seconds = 1; int32 nanos = 2; }
`);
const PushRequest = root.lookupType('PushRequest');

interface Raw {
  streams: Array<{ labels: string; entries: Array<{ timestamp: { seconds: string; nanos: number }; line: string }> }>;
}

/** Reads an uncompressed push by the schema, with a reader that shares nothing with the writer. */
export function decodePush(push: Uint8Array): PushedStream[] {
  const message = PushRequest.toObject(PushRequest.decode(push), {
    longs: String,
    defaults: true,
    arrays: true,
  }) as Raw;
  return message.streams.map(({ labels, entries }) => ({
    labels,
    entries: entries.map(({ timestamp, line }) => ({
      ns: String(BigInt(timestamp.seconds) * 1_000_000_000n + BigInt(timestamp.nanos)),
      line,
    })),
  }));
}

/** Reads the body of a push request: snappy block format. */
export function decodeBody(body: Buffer): PushedStream[] {
  return decodePush(uncompressSync(body, { asBuffer: true }) as Buffer);
}
