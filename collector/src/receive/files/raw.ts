import { FileError, type ByteSource, type FileItem } from './source';

const DATAGRAM_MAX = 65_535;
const IPFIX_HEADER = 16;
const IPFIX = 10;

/** A raw file does not say who sent it; all are taken for one exporter, so that templates carry over. */
const ADDRESS = '0.0.0.0';

/**
 * The payload that a file consists of; or, where it is a row of IPFIX messages (an IPFIX file, RFC 5655), each of them.
 * @param nowMs for the time of receipt, which such a file does not hold.
 * @throws FileError where the file is empty, or too large for a datagram and no row of IPFIX messages.
 */
export async function* readRaw(source: ByteSource, file: string, nowMs: () => number): AsyncGenerator<FileItem> {
  if ((await source.peek(1)).length === 0) {
    throw new FileError(`${file}: is empty; name a file that holds a datagram`);
  }
  for (;;) {
    const header = await source.peek(IPFIX_HEADER);
    if (header.length === 0) {
      return;
    }
    const length = header.length < IPFIX_HEADER ? 0 : header.readUInt16BE(2);
    const isMessage = header.length === IPFIX_HEADER && header.readUInt16BE(0) === IPFIX && length >= IPFIX_HEADER;
    if (!isMessage) {
      break;
    }
    yield datagram(await source.take(length), nowMs);
  }
  const rest = await source.take(DATAGRAM_MAX);
  if ((await source.peek(1)).length > 0) {
    throw new FileError(
      `${file}: larger than a datagram can be, and neither pcap, pcapng nor JSON lines; name another`
    );
  }
  yield datagram(rest, nowMs);
}

function datagram(payload: Buffer, nowMs: () => number): FileItem {
  return { payload, address: ADDRESS, port: 0, receivedMs: nowMs() };
}
