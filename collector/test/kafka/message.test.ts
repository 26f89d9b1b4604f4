import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Datagram } from '../../src/flow';
import { decodeMessage, encodeDatagram, encodeSessionEnd } from '../../src/kafka/message';

const datagram: fc.Arbitrary<Datagram> = fc.record(
  {
    payload: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
    address: fc.oneof(fc.ipV4(), fc.ipV6()),
    port: fc.integer({ min: 0, max: 65_535 }),
    receivedMs: fc.integer({ min: 1, max: 9_223_372_036_854 }),
    session: fc.stringMatching(/^[0-9a-f]{12} \d{1,5} \d{1,9}$/),
  },
  { requiredKeys: ['payload', 'address', 'port', 'receivedMs'] }
);

describe('a message in Kafka', () => {
  it('is the datagram again, with its origin and time', () => {
    fc.assert(
      fc.property(datagram, (one) => {
        expect(decodeMessage(encodeDatagram(one))).toEqual({ kind: 'datagram', datagram: one });
      })
    );
  });

  it('tells that a session has ended', () => {
    const value = encodeSessionEnd('fd00::1', 'ab 4739 1', 1_700_000_000_000);
    expect(decodeMessage(value)).toEqual({ kind: 'sessionEnd', address: 'fd00::1', session: 'ab 4739 1' });
  });

  it('takes the longest UDP payload', () => {
    const one = { payload: Buffer.alloc(65_535, 1), address: '192.0.2.1', port: 1, receivedMs: 1 };
    expect(decodeMessage(encodeDatagram(one))).toEqual({ kind: 'datagram', datagram: one });
  });

  const good = encodeDatagram({
    payload: Buffer.from('x'),
    address: '192.0.2.1',
    port: 9,
    receivedMs: 5,
    session: 'a 1',
  });
  const bad = (at: number, byte: number) => {
    const value = Buffer.from(good);
    value[at] = byte;
    return value;
  };
  it.each<[what: string, value: Buffer, message: RegExp]>([
    ['nothing', Buffer.alloc(0), /0 bytes is too short/],
    ['a truncated one', good.subarray(0, 18), /the address of a message goes beyond its end/],
    ['one that ends in its session', good.subarray(0, 24), /the session of a message goes beyond its end/],
    ['another version', bad(0, 9), /message version 9, this collector reads 1; update the older side/],
    ['another kind', bad(1, 3), /kind 3 with session 'a 1'/],
    ['UDP with a session', bad(1, 0), /kind 0 with session 'a 1'/],
    ['no address', bad(13, 0x78), /'x92.0.2.1' is no address of an exporter/],
    ['an address too long', bad(12, 200), /the address of a message goes beyond its end/],
    [
      'a time beyond what can be stored',
      Buffer.concat([good.subarray(0, 6), Buffer.alloc(6, 255), good.subarray(12)]),
      /is no time/,
    ],
    ['no time', Buffer.concat([good.subarray(0, 6), Buffer.alloc(6), good.subarray(12)]), /0 ms is no time/],
    ['more than any datagram', Buffer.concat([good, Buffer.alloc(70_000)]), /70001 bytes is longer than any datagram/],
  ])('that is %s is refused, and why', (_what, value, message) => {
    expect(() => decodeMessage(value)).toThrow(message);
  });

  it('of whatever bytes is read or refused, in words', () => {
    const changed = fc
      .tuple(datagram, fc.nat(100), fc.integer({ min: 0, max: 255 }), fc.nat(200))
      .map(([one, at, byte, cut]) => {
        const value = encodeDatagram(one);
        value[at % value.length] = byte;
        return value.subarray(0, value.length - (cut % value.length));
      });
    const any = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(changed, any), (value) => {
        try {
          const read = decodeMessage(value);
          expect(['datagram', 'sessionEnd']).toContain(read.kind);
        } catch (error) {
          expect((error as Error).constructor).toBe(Error);
        }
      }),
      { numRuns: 2000 }
    );
  });
});
