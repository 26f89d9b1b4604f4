import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { FileError, readDatagrams } from '../../src/receive/files';
import { FramingError, MessageFramer } from '../../src/receive/stream/framer';
import { ipv4Udp, ipv6Udp, pcapFile } from '../decode/pcapFile';
import { DecoderTarget, exporterCount, type FuzzedSource } from './decoderTarget';
import { mutated } from './mutations';
import { shapeless, structured } from './structures';

/** A part of the collector that takes what others send, and what has to hold of it. */
export interface FuzzProperty {
  readonly name: string;
  readonly property: fc.IAsyncProperty<unknown> | fc.IProperty<unknown>;
  /** For people: what has come of it so far. */
  readonly summary: () => string;
}

const source: fc.Arbitrary<FuzzedSource> = fc.record({
  exporter: fc.integer({ min: 1, max: exporterCount }),
  session: fc.option(fc.nat(3), { nil: undefined }),
  ends: fc.boolean(),
});

/**
 * Everything that is fuzzed, with datagrams of `corpus` to start from.
 * @param folderOf where files may be written; asked for when one is.
 */
export function fuzzProperties(corpus: readonly Buffer[], folderOf: () => string): FuzzProperty[] {
  return [
    decoding('decoder, datagrams of the corpus changed', mutated(corpus)),
    decoding('decoder, structures that claim anything', structured),
    decoding('decoder, bytes', shapeless),
    framing(corpus),
    files(corpus, folderOf),
  ];
}

function decoding(name: string, payload: fc.Arbitrary<Buffer>): FuzzProperty {
  // Templates of one datagram decide what becomes of the next. A decoder for each run, so that a failure can be
  // repeated and made small; and one for all of them, which must not grow.
  const lasting = new DecoderTarget();
  return {
    name,
    property: fc.property(fc.array(fc.tuple(payload, source), { minLength: 1, maxLength: 16 }), (datagrams) => {
      const fresh = new DecoderTarget();
      datagrams.forEach(([bytes, from]) => fresh.feed(Buffer.from(bytes), from));
      datagrams.forEach(([bytes, from]) => lasting.feed(bytes, from));
    }),
    summary: () => {
      const { datagrams, records, templates, optionRecords, counterSamples, losses } = lasting.stats();
      const lost = Object.values(losses).reduce((sum, count) => sum + count, 0);
      return `${datagrams} datagrams, ${records} flows, ${templates} templates, ${optionRecords} option records, ${counterSamples} counter samples, ${lost} losses`;
    },
  };
}

/** Streams of connections: what comes out are messages of the right length, and nothing piles up. */
function framing(corpus: readonly Buffer[]): FuzzProperty {
  let [messages, refused] = [0, 0];
  const chunks = fc.array(
    fc.oneof(
      mutated(corpus),
      fc.uint8Array({ maxLength: 70 }).map((bytes) => Buffer.from(bytes))
    ),
    {
      maxLength: 12,
    }
  );
  return {
    name: 'messages of connections',
    property: fc.property(chunks, (parts) => {
      const framer = new MessageFramer();
      try {
        for (const part of parts) {
          for (const message of framer.push(part)) {
            messages++;
            if (message.readUInt16BE(0) !== 10 || message.readUInt16BE(2) !== message.length) {
              throw new Error(`no message: ${message.toString('hex')}`);
            }
          }
          if (framer.pending > 65_535) {
            throw new Error(`${framer.pending} bytes are held`);
          }
        }
      } catch (error) {
        if (!(error instanceof FramingError)) {
          throw error;
        }
        refused++;
      }
    }),
    summary: () => `${messages} messages, ${refused} connections refused`,
  };
}

/** Captures: pcap and lines of JSON that are broken end in an error that names the file, or in datagrams. */
function files(corpus: readonly Buffer[], folderOf: () => string): FuzzProperty {
  let [datagrams, skipped, errors] = [0, 0, 0];
  const small = corpus.filter(({ length }) => length <= 600);
  const captures = [
    pcapFile(
      small.slice(0, 6).map((payload) => ({ packet: ipv4Udp(payload, '10.0.0.1', 40_000), ms: 1e12 })),
      { linkType: 101 }
    ),
    pcapFile(
      small.slice(0, 6).map((payload) => ({ packet: ipv6Udp(payload, 40_000), ms: 1e12 })),
      { linkType: 12, littleEndian: true }
    ),
    Buffer.from(
      small
        .slice(0, 4)
        .map((payload) => JSON.stringify({ t: 1, src: '::1', port: 1, hex: payload.toString('hex') }))
        .join('\n')
    ),
    Buffer.from('0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000', 'hex'),
  ];
  return {
    name: 'capture files',
    property: fc.asyncProperty(mutated(captures), async (content) => {
      const file = join(folderOf(), 'capture');
      writeFileSync(file, content);
      try {
        for await (const item of readDatagrams(file, () => 0)) {
          if ('skipped' in item) {
            skipped++;
          } else {
            datagrams++;
          }
        }
      } catch (error) {
        if (!(error instanceof FileError) || !error.message.startsWith(file)) {
          throw error;
        }
        errors++;
      }
    }),
    summary: () => `${datagrams} datagrams, ${skipped} skipped, ${errors} files refused`,
  };
}
