/**
 * Stands in for Loki, as a process of its own, so that its work is not counted: takes pushes, answers 204 and counts
 * the entries of flows in them. Started by run.ts.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { uncompressSync } from 'snappy';

const counts = { pushes: 0, bytes: 0, rawBytes: 0, flows: 0 };
/** Streams of flows start so; the others are rollups, lists and reports. */
const FLOWS = Buffer.from('{app="netobserv-flowcollector"');

function varint(bytes: Buffer, at: number): [value: number, next: number] {
  let value = 0;
  let scale = 1;
  for (let next = at; ; next++, scale *= 128) {
    const byte = bytes[next]!;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      return [value, next + 1];
    }
  }
}

/** Goes through a PushRequest by its lengths. */
function countFlows(push: Buffer): number {
  let flows = 0;
  for (let at = 0; at < push.length;) {
    const [length, start] = varint(push, at + 1);
    const [labelBytes, labels] = varint(push, start + 1);
    const isFlows = push.compare(FLOWS, 0, FLOWS.length, labels, labels + FLOWS.length) === 0;
    let entry = labels + labelBytes;
    while (isFlows && entry < start + length) {
      const [bytes, next] = varint(push, entry + 1);
      entry = next + bytes;
      flows++;
    }
    at = start + length;
  }
  return flows;
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request
    .on('data', (part: Buffer) => parts.push(part))
    .on('end', () => {
      response.writeHead(204).end();
      const body = Buffer.concat(parts);
      if (request.url?.endsWith('/push') === true) {
        const push = uncompressSync(body) as Buffer;
        counts.pushes++;
        counts.bytes += body.length;
        counts.rawBytes += push.length;
        counts.flows += countFlows(push);
      }
    });
});
process.on('message', () => process.send?.({ counts }));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
