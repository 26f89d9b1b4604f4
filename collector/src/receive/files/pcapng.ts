import { packetItem } from './pcap';
import { FileError, type ByteSource, type FileItem } from './source';

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const OPTION_TIME_RESOLUTION = 9;
const OPTION_TIME_OFFSET = 14;
const MICROSECONDS_PER_MS = 1000;
const DWORD = 0x1_0000_0000;
/** No capture tool writes longer blocks; a greater length means that the file is broken from there on. */
const BLOCK_MAX = 1_048_576;
const INTERFACES_MAX = 65_536;

interface Interface {
  readonly linkType: number;
  /** Units of the time stamps in a millisecond. */
  readonly perMs: number;
  /** Seconds to add to the time stamps. */
  readonly offsetS: number;
}

interface Section {
  reader: Reader;
  interfaces: Interface[];
}

interface Reader {
  readonly u16: (bytes: Buffer, at: number) => number;
  readonly u32: (bytes: Buffer, at: number) => number;
  readonly i64: (bytes: Buffer, at: number) => number;
}

const READERS: Readonly<Record<'little' | 'big', Reader>> = {
  little: {
    u16: (bytes, at) => bytes.readUInt16LE(at),
    u32: (bytes, at) => bytes.readUInt32LE(at),
    i64: (bytes, at) => Number(bytes.readBigInt64LE(at)),
  },
  big: {
    u16: (bytes, at) => bytes.readUInt16BE(at),
    u32: (bytes, at) => bytes.readUInt32BE(at),
    i64: (bytes, at) => Number(bytes.readBigInt64BE(at)),
  },
};

/** True where a file that starts with these bytes is a pcapng file. */
export function isPcapng(start: Buffer): boolean {
  return start.length >= 4 && start.readUInt32BE(0) === SECTION_HEADER;
}

/**
 * The UDP datagrams of a pcapng file (draft-ietf-opsawg-pcapng): sections of either byte order, their interfaces, and
 * enhanced and simple packet blocks; other blocks are passed over.
 * @throws FileError where the file ends inside a block, or gives a block an impossible length.
 */
export async function* readPcapng(source: ByteSource, file: string): AsyncGenerator<FileItem> {
  const section: Section = { reader: READERS.little, interfaces: [] };
  for (;;) {
    const at = source.offset;
    const block = await takeBlock(source, section, file);
    if (block === undefined) {
      return;
    }
    const item = readBlock(block, section, `${file}: packet at byte ${at}`);
    if (item !== undefined) {
      yield item;
    }
  }
}

/** The next block, whole; a section header sets the byte order of what follows. */
async function takeBlock(source: ByteSource, section: Section, file: string): Promise<Buffer | undefined> {
  const at = source.offset;
  const cut = `${file}: ends inside the block at byte ${at}; capture it again, or leave its end off`;
  const start = await source.peek(12);
  if (start.length === 0) {
    return undefined;
  }
  if (start.length < 12) {
    throw new FileError(cut);
  }
  if (start.readUInt32BE(0) === SECTION_HEADER) {
    section.reader = start.readUInt32LE(8) === BYTE_ORDER_MAGIC ? READERS.little : READERS.big;
    section.interfaces = [];
  }
  const length = section.reader.u32(start, 4);
  if (length < 12 || length % 4 !== 0 || length > BLOCK_MAX) {
    throw new FileError(`${file}: the block at byte ${at} says that it has ${length} bytes; the file is broken`);
  }
  const block = await source.take(length);
  if (block.length < length) {
    throw new FileError(cut);
  }
  return block;
}

function readBlock(block: Buffer, { reader, interfaces }: Section, where: string): FileItem | undefined {
  const type = reader.u32(block, 0);
  if (type === INTERFACE_DESCRIPTION && block.length >= 20 && interfaces.length < INTERFACES_MAX) {
    interfaces.push(readInterface(block, reader));
  } else if (type === ENHANCED_PACKET && block.length >= 32) {
    return enhancedPacket(block, reader, interfaces, where);
  } else if (type === SIMPLE_PACKET && block.length >= 16) {
    // A simple packet has no time and belongs to the first interface.
    const captured = Math.min(reader.u32(block, 8), block.length - 16);
    return packetItem(block.subarray(12, 12 + captured), interfaces[0]?.linkType ?? -1, 0, where);
  }
  return undefined;
}

function enhancedPacket(block: Buffer, reader: Reader, interfaces: readonly Interface[], where: string): FileItem {
  const from = interfaces[reader.u32(block, 8)];
  const captured = reader.u32(block, 20);
  if (from === undefined || captured > block.length - 32) {
    const problem = from === undefined ? 'its interface is not described' : 'it is longer than its block';
    return { skipped: 'cut short by the capture', detail: `${where}: ${problem}`, isError: true };
  }
  const stamp = reader.u32(block, 12) * DWORD + reader.u32(block, 16);
  const receivedMs = stamp / from.perMs + from.offsetS * 1000;
  return packetItem(block.subarray(28, 28 + captured), from.linkType, receivedMs, where);
}

function readInterface(block: Buffer, reader: Reader): Interface {
  let perMs = MICROSECONDS_PER_MS;
  let offsetS = 0;
  let at = 16;
  while (at + 4 <= block.length - 4) {
    const option = reader.u16(block, at);
    const length = reader.u16(block, at + 2);
    if (option === 0 || at + 4 + length > block.length - 4) {
      break;
    }
    if (option === OPTION_TIME_RESOLUTION && length === 1) {
      const resolution = block[at + 4]!;
      const perSecond = resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
      perMs = perSecond / 1000;
    } else if (option === OPTION_TIME_OFFSET && length === 8) {
      offsetS = reader.i64(block, at + 4);
    }
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return { linkType: reader.u16(block, 8), perMs, offsetS };
}
