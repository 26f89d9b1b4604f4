/** Writes captures, for the tests of what reads them. */

const UDP = 17;

/** A UDP datagram in an IPv4 packet. */
export function ipv4Udp(payload: Buffer, address: string, port: number, destination = 2055): Buffer {
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(port, 0);
  udp.writeUInt16BE(destination, 2);
  udp.writeUInt16BE(8 + payload.length, 4);
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip.writeUInt16BE(28 + payload.length, 2);
  ip[8] = 64;
  ip[9] = UDP;
  Buffer.from(address.split('.').map(Number)).copy(ip, 12);
  Buffer.from([127, 0, 0, 1]).copy(ip, 16);
  return Buffer.concat([ip, udp, payload]);
}

/** A UDP datagram in an IPv6 packet from 2001:db8::1. */
export function ipv6Udp(payload: Buffer, port: number): Buffer {
  const udp = ipv4Udp(payload, '0.0.0.0', port).subarray(20);
  const ip = Buffer.alloc(40);
  ip[0] = 0x60;
  ip.writeUInt16BE(udp.length, 4);
  ip[6] = UDP;
  ip[7] = 64;
  Buffer.from('20010db8000000000000000000000001', 'hex').copy(ip, 8);
  Buffer.from('20010db8000000000000000000000002', 'hex').copy(ip, 24);
  return Buffer.concat([ip, udp]);
}

/** How a pcap file is written. */
export interface PcapFormat {
  readonly linkType: number;
  readonly littleEndian?: boolean;
  readonly nanoseconds?: boolean;
}

/** A pcap file of packets that were captured at `ms` since the Unix epoch. */
export function pcapFile(
  packets: ReadonlyArray<{ readonly packet: Buffer; readonly ms: number }>,
  { linkType, littleEndian = false, nanoseconds = false }: PcapFormat
): Buffer {
  const words = (...values: number[]) => {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((value, index) =>
      littleEndian ? bytes.writeUInt32LE(value, 4 * index) : bytes.writeUInt32BE(value, 4 * index)
    );
    return bytes;
  };
  const version = littleEndian ? 0x0004_0002 : 0x0002_0004;
  const header = words(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, version, 0, 0, 65_535, linkType);
  const perMs = nanoseconds ? 1_000_000 : 1000;
  return Buffer.concat([
    header,
    ...packets.flatMap(({ packet, ms }) => [
      words(Math.floor(ms / 1000), Math.round((ms % 1000) * perMs), packet.length, packet.length),
      packet,
    ]),
  ]);
}
