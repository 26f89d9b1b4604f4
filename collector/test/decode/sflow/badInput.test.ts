import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../src/flow';
import { testDecoder } from '../captures';
import { EXAMPLES } from './examples';
import { datagram, flowSample, sampledHeader, structure } from './messages';

const RUNS = { numRuns: 3000 };

/** What holds for every flow, whatever it was made of. */
function check(flows: readonly Flow[]): void {
  for (const { record, subMs } of flows) {
    expect(
      [record.Bytes, record.Packets, record.Sampling].every((count) => Number.isSafeInteger(count) && count >= 0)
    ).toBe(true);
    expect(Number.isInteger(subMs) && subMs >= 0 && subMs < 1_000_000).toBe(true);
    expect(Object.values(record)).not.toContain(undefined);
  }
}

describe('whatever arrives as sFlow, the decoder neither throws nor hangs', () => {
  const { decode, decoder } = testDecoder();

  it.each(EXAMPLES.map(({ name, payload }) => [name, payload] as const))('%s, cut off at each byte', (_, payload) => {
    for (let length = 0; length <= payload.length; length++) {
      check(decode(payload.subarray(0, length)));
    }
  });

  it('all examples, with bytes changed at random', () => {
    const change = fc.tuple(
      fc.nat(),
      fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 255 }))
    );
    fc.assert(
      fc.property(fc.nat(EXAMPLES.length - 1), fc.array(change, { minLength: 1, maxLength: 8 }), (which, changes) => {
        const changed = Buffer.from(EXAMPLES[which]!.payload);
        // The version stays, so that what changes is sFlow's.
        changes.forEach(([at, value]) => (changed[4 + (at % (changed.length - 4))] = value));
        check(decode(changed));
      }),
      RUNS
    );
  });

  it('samples, records and headers that hold anything', () => {
    const body = fc.uint8Array({ maxLength: 160 }).map((content) => Buffer.from(content).toString('hex'));
    const header = fc
      .tuple(body, fc.integer({ min: 0, max: 14 }))
      .map(([content, protocol]) => sampledHeader(content, { protocol }));
    const format = fc.oneof(fc.constantFrom(1, 2, 3, 4, 1001, 1006, 1007, 1020, 1023, 1025, 1029), fc.nat(2000));
    const record = fc.oneof(
      header,
      fc.tuple(format, body).map(([number, content]) => structure(number, content))
    );
    const sample = fc.oneof(
      fc.array(record, { maxLength: 5 }).map((records) => flowSample(records)),
      fc.tuple(fc.nat(6), body).map(([number, content]) => structure(number, content))
    );
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 5 }), (samples) => check(decode(datagram(samples)))),
      RUNS
    );
  });

  it('remembers nothing of any of it', () => {
    const { knownTemplates, knownExporters, knownFields } = decoder.stats();
    expect([knownTemplates, knownExporters, knownFields]).toEqual([0, 0, 0]);
  });
});
