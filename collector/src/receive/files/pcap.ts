import { udpPayload } from './packet';
import { FileError, type ByteSource, type FileItem } from './source';

const HEADER = 24;
const PACKET_HEADER = 16;
/** No capture tool writes longer packets; a greater length means that the file is broken from there on. */
const PACKET_MAX = 262_144;

interface Format {
  readonly littleEndian: boolean;
  /** Fractions of the time stamps in a millisecond. */
  readonly perMs: number;
}

/** By the first four bytes of the file. */
const FORMATS: ReadonlyMap<number, Format> = new Map([
  [0xa1b2c3d4, { littleEndian: false, perMs: 1000 }],
  [0xd4c3b2a1, { littleEndian: true, perMs: 1000 }],
  [0xa1b23c4d, { littleEndian: false, perMs: 1_000_000 }],
  [0x4d3cb2a1, { littleEndian: true, perMs: 1_000_000 }],
]);

/** True where a file that starts with these bytes is a pcap file. */
export function isPcap(start: Buffer): boolean {
  return start.length >= 4 && FORMATS.has(start.readUInt32BE(0));
}

/**
 * The UDP datagrams of a pcap file (draft-ietf-opsawg-pcap), of either byte order, with micro- or nanoseconds.
 * @throws FileError where the file ends inside a header or a packet, or gives a packet an impossible length.
 */
export async function* readPcap(source: ByteSource, file: string): AsyncGenerator<FileItem> {
  const header = await source.take(HEADER);
  if (header.length < HEADER) {
    throw new FileError(`${file}: ends inside its pcap header; capture it again`);
  }
  const { littleEndian, perMs } = FORMATS.get(header.readUInt32BE(0))!;
  const read = (bytes: Buffer, at: number) => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  // The upper bits hold the length of a frame check sequence.
  const linkType = read(header, 20) & 0xffff;
  for (;;) {
    const at = source.offset;
    const packetHeader = await source.take(PACKET_HEADER);
    if (packetHeader.length === 0) {
      return;
    }
    const captured = packetHeader.length < PACKET_HEADER ? 0 : read(packetHeader, 8);
    if (captured > PACKET_MAX) {
      throw new FileError(`${file}: the packet at byte ${at} says that it has ${captured} bytes; the file is broken`);
    }
    const packet = await source.take(captured);
    if (packetHeader.length < PACKET_HEADER || packet.length < captured) {
      throw new FileError(`${file}: ends inside the packet at byte ${at}; capture it again, or leave its end off`);
    }
    const receivedMs = read(packetHeader, 0) * 1000 + read(packetHeader, 4) / perMs;
    yield packetItem(packet, linkType, receivedMs, `${file}: packet at byte ${at}`);
  }
}

/** What a captured packet gives: its datagram, or why there is none. */
export function packetItem(packet: Buffer, linkType: number, receivedMs: number, where: string): FileItem {
  const found = udpPayload(packet, linkType);
  if (typeof found !== 'string') {
    return { ...found, receivedMs };
  }
  const detail = found === 'unknown link type' ? `${where}: link type ${linkType} is not read` : where;
  return { skipped: found, detail, isError: found === 'unknown link type' };
}
