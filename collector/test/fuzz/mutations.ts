import fc from 'fast-check';

/** A change of a payload; places count modulo its length, so that every change fits every payload. */
type Mutation =
  | { readonly kind: 'byte'; readonly at: number; readonly value: number }
  | { readonly kind: 'word'; readonly at: number; readonly value: number; readonly size: 2 | 4 }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'remove'; readonly at: number; readonly length: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number; readonly times: number };

/** Values at the edges of lengths, counts, versions and element numbers. */
const EDGES = [0, 1, 2, 3, 4, 5, 8, 9, 10, 15, 16, 255, 256, 257, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff];
const WIDE_EDGES = [...EDGES, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];
const PAYLOAD_MAX = 65_535;

const place = fc.nat(4000);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: place, value: fc.nat(255) }),
  fc.record({
    kind: fc.constant('word' as const),
    at: place,
    value: fc.constantFrom(...WIDE_EDGES),
    size: fc.constantFrom(2 as const, 4 as const),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({ kind: fc.constant('insert' as const), at: place, bytes: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({ kind: fc.constant('remove' as const), at: place, length: fc.integer({ min: 1, max: 40 }) }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at: place,
    length: fc.integer({ min: 1, max: 200 }),
    times: fc.integer({ min: 1, max: 40 }),
  })
);

/** Payloads of the corpus with some changes. */
export function mutated(corpus: readonly Buffer[]): fc.Arbitrary<Buffer> {
  return fc
    .tuple(fc.nat(corpus.length - 1), fc.array(mutation, { maxLength: 6 }))
    .map(([which, mutations]) => mutations.reduce(apply, Buffer.from(corpus[which]!)));
}

function apply(payload: Buffer, change: Mutation): Buffer {
  if (payload.length === 0) {
    return payload;
  }
  const at = change.at % payload.length;
  switch (change.kind) {
    case 'byte':
      payload[at] = change.value;
      return payload;
    case 'word':
      if (at + change.size <= payload.length) {
        payload.writeUIntBE(change.size === 2 ? change.value & 0xffff : change.value, at, change.size);
      }
      return payload;
    case 'cut':
      return payload.subarray(0, at);
    case 'insert':
      return limited(payload.subarray(0, at), Buffer.from(change.bytes), payload.subarray(at));
    case 'remove':
      return limited(payload.subarray(0, at), payload.subarray(at + change.length));
    case 'repeat': {
      const piece = payload.subarray(at, at + change.length);
      return limited(
        payload.subarray(0, at),
        ...Array.from({ length: change.times }, () => piece),
        payload.subarray(at)
      );
    }
  }
}

const limited = (...parts: Buffer[]) => Buffer.concat(parts).subarray(0, PAYLOAD_MAX);
