import { createReadStream } from 'node:fs';
import { isPcap, readPcap } from './pcap';
import { isPcapng, readPcapng } from './pcapng';
import { readJsonLines } from './jsonLines';
import { readRaw } from './raw';
import { ByteSource, FileError, type FileItem } from './source';

export { FileError, type FileItem, type Skipped } from './source';

const GZIP = 0x1f8b;
const OPENING_BRACE = /^(?:\uFEFF)?\s*\{/;

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; correct the path',
  EACCES: 'may not be read; give yourself the right to read it',
  EISDIR: 'is a directory; name the files in it',
};

/**
 * The datagrams of a file, in its order: pcap, pcapng, lines of JSON (`t`, `src`, `port`, `hex`), or one raw payload;
 * told apart by what they hold. Files of any size are read piece by piece.
 * @param nowMs the time of receipt for files that do not hold it.
 * @throws FileError where the file cannot be read, or not further.
 */
export async function* readDatagrams(file: string, nowMs: () => number = Date.now): AsyncGenerator<FileItem> {
  const stream = createReadStream(file);
  const source = new ByteSource(stream);
  try {
    const start = await source.peek(64);
    if (start.length >= 2 && start.readUInt16BE(0) === GZIP) {
      throw new FileError(`${file}: is compressed; unpack it with gunzip first`);
    }
    if (isPcap(start)) {
      yield* readPcap(source, file);
    } else if (isPcapng(start)) {
      yield* readPcapng(source, file);
    } else if (OPENING_BRACE.test(start.toString('utf8')) || file.endsWith('.jsonl')) {
      yield* readJsonLines(source, file);
    } else {
      yield* readRaw(source, file, nowMs);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw error instanceof FileError || code === undefined
      ? error
      : new FileError(`${file}: ${REMEDIES[code] ?? `cannot be read: ${message}; correct that`}`);
  } finally {
    stream.destroy();
  }
}
