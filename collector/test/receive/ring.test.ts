import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRing, RingReader, RingWriter, SLOT_BYTES } from '../../src/receive/native/ring';
import { Senders } from '../../src/receive/native/senders';

/** The least that finds room for one of the largest datagrams and what its end may waste. */
const BYTES = 4 * SLOT_BYTES;
const nothing = () => undefined;

describe('the ring between the threads', () => {
  it('gives out what was put in, in its order, however often it wraps around', () => {
    const lengths = fc.array(fc.oneof(fc.nat(1500), fc.nat(SLOT_BYTES)), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.record({ lengths, taken: fc.nat(8) }), { minLength: 1, maxLength: 12 }), (rounds) => {
        const ring = makeRing(BYTES);
        const [writer, reader] = [new RingWriter(ring), new RingReader(ring)];
        const waiting: number[] = [];
        const out: number[] = [];
        const expected: number[] = [];
        let number = 0;
        const take = (most: number) => {
          const more = reader.take(
            most,
            (payload, socket, port, words, at, receivedMs) => {
              const first = waiting.shift()!;
              expect([payload.length, socket, port, words[at + 3], receivedMs]).toEqual([
                first,
                out.length % 7,
                out.length % 65_536,
                ~out.length,
                1_790_000_000_000 + out.length,
              ]);
              expect(payload.length === 0 || payload[payload.length - 1] === (out.length & 0xff)).toBe(true);
              out.push(payload.length);
            },
            nothing
          );
          expect(more).toBe(waiting.length > 0);
        };
        for (const { lengths: wanted, taken } of rounds) {
          for (const length of wanted) {
            while (!writer.hasRoom(1)) {
              take(1);
            }
            const payload = new Int32Array(SLOT_BYTES / 4);
            new Uint8Array(payload.buffer).fill(number & 0xff, 0, length);
            writer.put(payload, 0, length, number % 7, number % 65_536, 1, 2, 3, ~number, 1_790_000_000_000 + number);
            writer.publish();
            waiting.push(length);
            expected.push(length);
            number++;
          }
          if (taken > 0) {
            take(taken);
          }
        }
        take(Infinity);
        expect(out).toEqual(expected);
      })
    );
  });

  it('wakes its reader once it sleeps, and not before', () => {
    const ring = makeRing(BYTES);
    const [writer, reader] = [new RingWriter(ring), new RingReader(ring)];
    const put = () => writer.put(new Int32Array(4), 0, 4, 0, 1, 0, 0, 0, 0, 0);
    put();
    expect(writer.publish()).toBe(false);
    expect(reader.sleep()).toBe(false);
    reader.take(10, nothing, nothing);
    expect(reader.sleep()).toBe(true);
    put();
    expect(writer.publish()).toBe(true);
    put();
    expect(writer.publish()).toBe(false);
  });
});

describe('the address of a sender', () => {
  const wordsOf = (hex: string) => {
    const bytes = Buffer.from(hex.replace(/ /g, ''), 'hex');
    return Int32Array.from([0, 4, 8, 12], (at) => bytes.readInt32LE(at));
  };

  it.each([
    ['00000000 00000000 0000ffff 0a01fffe', '10.1.255.254'],
    ['20010db8 00000000 00000000 00000001', '2001:db8::1'],
    ['fe800000 00000000 02000aff fe000001', 'fe80::200:aff:fe00:1'],
    ['00000000 00000000 00000000 00000001', '::1'],
  ])('%s is %s', (hex, text) => {
    const senders = new Senders();
    expect([senders.spelling(wordsOf(hex), 0), senders.spelling(wordsOf(hex), 0)]).toEqual([text, text]);
  });
});
