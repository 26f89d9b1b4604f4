/** A classic pcap file (link type 101, raw IP) with one UDP/IPv4 packet a payload, for programs that read captures. */
export function pcapOf(payloads: readonly Buffer[], port: number): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65535, 16);
  header.writeUInt32LE(101, 20);
  return Buffer.concat([header, ...payloads.map((payload) => packet(payload, port))]);
}

function packet(payload: Buffer, port: number): Buffer {
  const length = 28 + payload.length;
  const bytes = Buffer.alloc(16 + 28);
  bytes.writeUInt32LE(payload.readUInt32BE(4), 0); // the message's export time
  bytes.writeUInt32LE(length, 8);
  bytes.writeUInt32LE(length, 12);
  bytes.writeUInt8(0x45, 16);
  bytes.writeUInt16BE(length, 18);
  bytes.writeUInt8(64, 24);
  bytes.writeUInt8(17, 25);
  bytes.set([127, 0, 1, 1, 127, 0, 0, 1], 28);
  bytes.writeUInt16BE(50000, 36);
  bytes.writeUInt16BE(port, 38);
  bytes.writeUInt16BE(8 + payload.length, 40);
  return Buffer.concat([bytes, payload]);
}
