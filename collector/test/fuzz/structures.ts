import fc from 'fast-check';
import {
  ipfix,
  netflow5,
  netflow9,
  optionsTemplate,
  optionsTemplate9,
  set,
  template,
  type Field,
} from '../decode/messages';
import { datagram, flowSample, sampledHeader, structure } from '../decode/sflow/messages';

const hex = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('hex'));

/** Elements that mean something, and others; lengths that fit, and others. */
const element = fc.oneof(
  fc.constantFrom(1, 2, 4, 7, 8, 11, 12, 27, 28, 34, 48, 61, 70, 82, 89, 152, 154, 302),
  fc.nat(32_767)
);
const length = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 6, 8, 16, 65_535), fc.nat(65_535));
const field = (pen: fc.Arbitrary<number | undefined>): fc.Arbitrary<Field> =>
  fc
    .tuple(element, length, pen)
    .map(([id, size, enterprise]) => (enterprise === undefined ? [id, size] : [id, size, enterprise]));
const anyPen = fc.constantFrom(undefined, undefined, 0, 6876, 29_305, 9);
const fields = (pen: fc.Arbitrary<number | undefined>) => fc.array(field(pen), { maxLength: 24 });
/** Few numbers, so that data meets templates, and templates are redefined. */
const setId = fc.constantFrom(256, 257, 258, 300, 65_535);
const header = fc.record({
  domain: fc.nat(5),
  sequence: fc.nat(0xffff_ffff),
  exportS: fc.nat(0xffff_ffff),
  uptime: fc.nat(0xffff_ffff),
});

const dataSet = fc.tuple(fc.oneof(setId, fc.nat(260)), hex(200)).map(([id, body]) => set(id, body));
const ipfixSet = fc.oneof(
  dataSet,
  fc.tuple(setId, fields(anyPen)).map(([id, all]) => set(2, template(id, ...all))),
  fc.tuple(setId, fields(anyPen), fields(anyPen)).map(([id, scope, all]) => set(3, optionsTemplate(id, scope, ...all)))
);
const noPen = fc.constant(undefined);
const v9Set = fc.oneof(
  dataSet,
  fc.tuple(setId, fields(noPen)).map(([id, all]) => set(0, template(id, ...all))),
  fc.tuple(setId, fields(noPen), fields(noPen)).map(([id, scope, all]) => set(1, optionsTemplate9(id, scope, ...all)))
);
const v5Record = fc.uint8Array({ minLength: 48, maxLength: 48 }).map((bytes) => Buffer.from(bytes).toString('hex'));

const recordFormat = fc.oneof(
  fc.constantFrom(1, 2, 3, 4, 1001, 1006, 1007, 1020, 1023, 1024, 1025, 1026, 1029),
  fc.nat(2000)
);
const flowRecord = fc.oneof(
  fc
    .tuple(hex(160), fc.integer({ min: 0, max: 14 }), fc.nat(0xffff_ffff))
    .map(([content, protocol, frame]) => sampledHeader(content, { protocol, frame })),
  fc.tuple(recordFormat, hex(120)).map(([format, content]) => structure(format, content))
);
const sample = fc.oneof(
  fc
    .tuple(
      fc.array(flowRecord, { maxLength: 5 }),
      fc.record({ rate: fc.nat(0xffff_ffff), output: fc.nat(0xffff_ffff) })
    )
    .map(([records, head]) => flowSample(records, head)),
  fc
    .tuple(fc.nat(6), hex(160), fc.nat(2))
    .map(([format, content, enterprise]) => structure(format, content, enterprise))
);

/** Datagrams that are well formed on the outside, and claim anything inside. */
export const structured: fc.Arbitrary<Buffer> = fc.oneof(
  fc.tuple(fc.array(ipfixSet, { maxLength: 8 }), header).map(([sets, head]) => ipfix(sets, head)),
  fc.tuple(fc.array(v9Set, { maxLength: 8 }), header).map(([sets, head]) => netflow9(sets, head)),
  fc
    .tuple(fc.array(v5Record, { maxLength: 6 }), fc.nat(0xffff))
    .map(([records, sampling]) => netflow5(records, { sampling })),
  fc
    .tuple(fc.array(sample, { maxLength: 6 }), fc.record({ subAgent: fc.nat(3), sequence: fc.nat(0xffff_ffff) }))
    .map(([samples, head]) => datagram(samples, head))
);

/** No structure at all, but a version that is read. */
export const shapeless: fc.Arbitrary<Buffer> = fc
  .tuple(fc.constantFrom('0005', '0009', '000a', '00000005', '0000', ''), fc.uint8Array({ maxLength: 1500 }))
  .map(([version, rest]) => Buffer.concat([Buffer.from(version, 'hex'), rest]));
