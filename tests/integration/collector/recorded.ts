import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../shared/captures/recorded/', import.meta.url));

/** True where the recorded datagrams of real exporters are at hand. */
export const haveRecorded = existsSync(`${folder}ovs.jsonl`);

/**
 * The recorded datagrams of Open vSwitch, made to have been exported at `seconds`: the recording's own time falls
 * behind what Loki takes. IPFIX has the export time in bytes 4 to 7 of its header (RFC 7011 section 3.1).
 */
export function recordedOvs(seconds: number): Buffer[] {
  const lines = readFileSync(`${folder}ovs.jsonl`, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const payload = Buffer.from((JSON.parse(line) as { hex: string }).hex, 'hex');
    payload.writeUInt32BE(seconds, 4);
    return payload;
  });
}

/** Sends datagrams to a port of this host, one after the other. */
export async function sendUdp(payloads: readonly Buffer[], port: number): Promise<void> {
  const socket = createSocket('udp4');
  for (const payload of payloads) {
    await new Promise<void>((resolve, reject) => {
      socket.send(payload, port, '127.0.0.1', (error) => (error ? reject(error) : resolve()));
    });
  }
  socket.close();
  await once(socket, 'close');
}

/**
 * One NetFlow v5 datagram with one flow record from 10.0.0.1 to 10.0.0.2 (Cisco, NetFlow export datagram format).
 * @param bytes dOctets of the record, by which a test finds it again.
 */
export function netflow5(bytes: number, nowMs: number): Buffer {
  const datagram = Buffer.alloc(24 + 48);
  datagram.writeUInt16BE(5, 0);
  datagram.writeUInt16BE(1, 2);
  datagram.writeUInt32BE(100_000, 4);
  datagram.writeUInt32BE(Math.floor(nowMs / 1000), 8);
  datagram.writeUInt32BE((nowMs % 1000) * 1_000_000, 12);
  datagram.writeUInt32BE(bytes, 16);
  datagram.writeUInt32BE(0x0a000001, 24);
  datagram.writeUInt32BE(0x0a000002, 28);
  datagram.writeUInt32BE(1, 24 + 16);
  datagram.writeUInt32BE(bytes, 24 + 20);
  datagram.writeUInt32BE(99_000, 24 + 24);
  datagram.writeUInt32BE(100_000, 24 + 28);
  datagram.writeUInt16BE(1234, 24 + 32);
  datagram.writeUInt16BE(53, 24 + 34);
  datagram.writeUInt8(17, 24 + 38);
  return datagram;
}
