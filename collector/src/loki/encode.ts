import protobuf from 'protobufjs/minimal.js';
import type { Batch, Entry } from './batch';

/** Tag of a length-delimited protobuf field: number × 8 + wire type 2. */
const tag = (field: number) => field * 8 + 2;

/**
 * A batch as Loki's push API takes it: `logproto.PushRequest`, before compression.
 *
 * Of the message (github.com/grafana/loki pkg/push/push.proto) it writes `PushRequest.streams` (1), `Stream.labels`
 * (1) and `.entries` (2), `Entry.timestamp` (1, a `google.protobuf.Timestamp`) and `.line` (2). The same batch gives
 * the same bytes.
 */
export function encodePush(batch: Batch): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const { stream, entries } of batch.streams) {
    writer.uint32(tag(1)).fork();
    writer.uint32(tag(1)).string(stream.labels);
    for (const entry of entries) {
      writeEntry(writer, entry);
    }
    writer.ldelim();
  }
  return writer.finish();
}

function writeEntry(writer: protobuf.Writer, { ms, subMs, line }: Entry): void {
  const seconds = Math.floor(ms / 1000);
  const nanos = (ms - seconds * 1000) * 1_000_000 + subMs;
  writer.uint32(tag(2)).fork();
  writer.uint32(tag(1)).fork();
  writer.uint32(8).int64(seconds);
  writer.uint32(16).int32(nanos);
  writer.ldelim();
  writer.uint32(tag(2)).string(line);
  writer.ldelim();
}
