import { isIP } from 'node:net';
import { z } from 'zod';
import type { ByteSource, FileItem } from './source';

/** A datagram has at most 65,535 bytes, two digits each, and the other keys. */
const LINE_MAX = 256 * 1024;
const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

const line = z.object({
  t: z.number().min(0).max(1e11),
  src: z.string().refine((text) => isIP(text) !== 0),
  port: z.int().min(0).max(65_535),
  hex: z.string().regex(/^(?:[0-9a-f]{2})*$/i),
});

const REMEDIES: Readonly<Record<string, string>> = {
  t: 'write the time in Unix seconds',
  src: 'write the source address, IPv4 or IPv6',
  port: 'write the source port, 0 to 65535',
  hex: 'write the payload as pairs of hexadecimal digits',
};

/**
 * The datagrams of a file with one JSON object a line: `t` (Unix seconds), `src`, `port`, `hex`. A line that is none
 * is passed over and named.
 */
export async function* readJsonLines(source: ByteSource, file: string): AsyncGenerator<FileItem> {
  let number = 0;
  for await (const text of linesOf(source)) {
    number++;
    if (text === undefined) {
      yield wrong(`${file}:${number}: longer than ${LINE_MAX} bytes; a datagram cannot be; remove the line`);
    } else if (text.trim() !== '') {
      yield parseLine(text, `${file}:${number}`);
    }
  }
}

const wrong = (detail: string): FileItem => ({ skipped: 'malformed line', detail, isError: true });

function parseLine(text: string, where: string): FileItem {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong(`${where}: not JSON; write {"t": seconds, "src": address, "port": number, "hex": payload}`);
  }
  const parsed = line.safeParse(value);
  if (!parsed.success) {
    const key = String(parsed.error.issues[0]?.path[0] ?? '');
    const given = typeof value === 'object' && value !== null && key in value;
    const problem = given ? 'not usable' : 'missing';
    return wrong(
      key === '' ? `${where}: not a JSON object; write one` : `${where}: ${key}: ${problem}; ${REMEDIES[key]}`
    );
  }
  const { t, src, port, hex } = parsed.data;
  return { payload: Buffer.from(hex, 'hex'), address: src, port, receivedMs: t * 1000 };
}

/** The lines of a file; `undefined` for one that is too long to be held. */
async function* linesOf(source: ByteSource): AsyncGenerator<string | undefined> {
  let tooLong = false;
  for (let size = CHUNK; ;) {
    const held = await source.peek(size);
    const end = held.indexOf(NEWLINE);
    if (end >= 0 || held.length < size) {
      const text = await source.take(end >= 0 ? end + 1 : held.length);
      if (text.length === 0) {
        return;
      }
      yield tooLong ? undefined : text.toString('utf8');
      tooLong = false;
      size = CHUNK;
    } else if (size > LINE_MAX) {
      await source.take(size);
      tooLong = true;
      size = CHUNK;
    } else {
      size *= 2;
    }
  }
}
