import type { FieldName, FlowRecord } from '@netobserv-flows/schema';
import { PerEnd, type FlowEnd } from '../ends';
import { ByteWriter } from './bytes';
import { writeField } from './field';

/** Fields that stand together in `LINE_ORDER` and are the same in most flows of an end. */
const HOT = ['K8S_OwnerName', 'K8S_OwnerType', 'K8S_Name', 'Addr'] as const;
const REST = [
  ...(['Mac', 'K8S_Namespace', 'K8S_Type', 'K8S_HostName'] as const),
  ...(['K8S_HostIP', 'K8S_Zone', 'K8S_Service', 'SubnetLabel'] as const),
] as const;
const SIDES = ['Src', 'Dst'] as const;

/** The two parts of a line that tell of one end. */
export type Part = 'hot' | 'rest';

/** Each part of each end: where it starts and what it holds. */
export const END_PARTS: ReadonlyArray<{
  readonly side: (typeof SIDES)[number];
  readonly part: Part;
  readonly fields: readonly FieldName[];
}> = SIDES.flatMap((side) => [
  { side, part: 'hot' as const, fields: HOT.map((suffix) => `${side}${suffix}` as const) },
  { side, part: 'rest' as const, fields: REST.map((suffix) => `${side}${suffix}` as const) },
]);

/** What was written of an end. */
export type EndParts = Readonly<Record<Part, Uint8Array>>;

/**
 * What lines tell of the ends of flows, as bytes that are written once: copying them costs a tenth of writing them.
 */
export class LineEnds {
  private readonly parts = new PerEnd<EndParts>();
  private readonly own = new ByteWriter(1024);

  /** @param keyOf the key of a field in a line, with the comma before it; undefined for one that is left out. */
  constructor(private readonly keyOf: (name: FieldName) => Uint8Array | undefined) {}

  /** The parts of an end, which is one of `record`. */
  of(end: FlowEnd, record: FlowRecord): EndParts {
    return this.parts.get(end) ?? this.add(end, record);
  }

  private add(end: FlowEnd, record: FlowRecord): EndParts {
    return this.parts.set(end, {
      hot: this.written(record, end.side, HOT),
      rest: this.written(record, end.side, REST),
    });
  }

  private written(record: FlowRecord, side: 'Src' | 'Dst', suffixes: typeof HOT | typeof REST): Uint8Array {
    const { own } = this;
    own.at = 0;
    for (const suffix of suffixes) {
      const name = `${side}${suffix}` as const;
      writeField(record[name], this.keyOf(name), own);
    }
    // A small Buffer shares its memory with others: one of its own costs more than what it holds.
    return Buffer.from(own.bytes.subarray(0, own.at));
  }
}
