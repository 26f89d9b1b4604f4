import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageFramer } from '../../src/receive/stream/framer';

function message(length: number, fill = 7): Buffer {
  const bytes = Buffer.alloc(length, fill);
  bytes.writeUInt16BE(10, 0);
  bytes.writeUInt16BE(length, 2);
  return bytes;
}

/** Cuts bytes at these places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

describe('a stream of IPFIX messages', () => {
  it('gives the same messages however it is cut', () => {
    const anyMessage = fc
      .tuple(fc.integer({ min: 16, max: 400 }), fc.nat(255))
      .map(([length, fill]) => message(length, fill));
    fc.assert(
      fc.property(
        fc.array(anyMessage, { maxLength: 8 }),
        fc.array(fc.nat(4000), { maxLength: 40 }),
        (messages, cuts) => {
          const framer = new MessageFramer();
          const found = pieces(Buffer.concat(messages), cuts).flatMap((piece) => [...framer.push(piece)]);
          expect(found).toEqual(messages);
          expect(framer.pending).toBe(0);
        }
      )
    );
  });

  it('gives a message of the greatest length, byte by byte', () => {
    const framer = new MessageFramer();
    const whole = message(65_535);
    const found = pieces(
      whole,
      Array.from({ length: 65_536 }, (_, index) => index)
    ).flatMap((piece) => [...framer.push(piece)]);
    expect(found).toHaveLength(1);
    expect(found[0]!.equals(whole)).toBe(true);
  });

  it('tells how much of a message it holds', () => {
    const framer = new MessageFramer();
    expect([...framer.push(message(20).subarray(0, 3))]).toEqual([]);
    expect(framer.pending).toBe(3);
    expect([...framer.push(message(20).subarray(3, 19))]).toEqual([]);
    expect(framer.pending).toBe(19);
  });

  it('messages do not share memory with what comes after', () => {
    const framer = new MessageFramer();
    const chunk = Buffer.concat([message(16, 1)]);
    const [first] = [...framer.push(chunk)];
    chunk.fill(0xff);
    expect(first!.equals(message(16, 1))).toBe(true);
  });

  it.each([
    ['another version', '0009 0020', 'a message of version 9, where only IPFIX (10) can be'],
    ['a length below the header', '000a 000f', 'an IPFIX message of 15 bytes, its header alone has 16'],
  ])('%s ends it, after the messages before', (_, start, problem) => {
    const framer = new MessageFramer();
    const found: Buffer[] = [];
    expect(() => {
      for (const one of framer.push(Buffer.concat([message(16), Buffer.from(start.replace(' ', ''), 'hex')]))) {
        found.push(one);
      }
    }).toThrow(problem);
    expect(found).toHaveLength(1);
  });
});
