import type { FieldName, FlowRecord } from '@netobserv-flows/schema';
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

/** Ends of which the parts are remembered; beyond it all are forgotten. Some 700 bytes each. */
const REMEMBERED = 32_768;
/** Different ones of one address, as its Ethernet address and Service differ by where it is seen. */
const PER_ADDRESS = 4;

/** What was written of an end, and for which values. */
export interface End {
  readonly hot: Uint8Array;
  readonly rest: Uint8Array;
  readonly mac: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly ownerName: string | undefined;
  readonly ownerType: string | undefined;
  readonly hostName: string | undefined;
  readonly hostIP: string | undefined;
  readonly zone: string | undefined;
  readonly service: string | undefined;
  readonly subnet: string | undefined;
  readonly next: End | undefined;
  readonly depth: number;
}

/**
 * What lines tell of the ends of flows: bytes that were written for the same values before are taken again, and
 * copying them costs a tenth of writing them. They are found by the address, and compared with the values that they
 * were written for; spelt out for both sides, as computed names cost several times as much.
 */
export class Ends {
  private readonly sources = new Map<string | undefined, End>();
  private readonly destinations = new Map<string | undefined, End>();
  private readonly own = new ByteWriter(1024);

  /** @param keyOf the key of a field in a line, with the comma before it; undefined for one that is left out. */
  constructor(private readonly keyOf: (name: FieldName) => Uint8Array | undefined) {}

  /** The parts of a flow's source. */
  source(record: FlowRecord): End {
    const first = this.sources.get(record.SrcAddr);
    for (let end = first; end !== undefined; end = end.next) {
      if (
        end.mac === record.SrcMac &&
        end.name === record.SrcK8S_Name &&
        end.namespace === record.SrcK8S_Namespace &&
        end.type === record.SrcK8S_Type &&
        end.service === record.SrcK8S_Service &&
        end.ownerName === record.SrcK8S_OwnerName &&
        end.ownerType === record.SrcK8S_OwnerType &&
        end.hostName === record.SrcK8S_HostName &&
        end.hostIP === record.SrcK8S_HostIP &&
        end.zone === record.SrcK8S_Zone &&
        end.subnet === record.SrcSubnetLabel
      ) {
        return end;
      }
    }
    return this.add('Src', record, first);
  }

  /** The parts of a flow's destination. */
  destination(record: FlowRecord): End {
    const first = this.destinations.get(record.DstAddr);
    for (let end = first; end !== undefined; end = end.next) {
      if (
        end.mac === record.DstMac &&
        end.name === record.DstK8S_Name &&
        end.namespace === record.DstK8S_Namespace &&
        end.type === record.DstK8S_Type &&
        end.service === record.DstK8S_Service &&
        end.ownerName === record.DstK8S_OwnerName &&
        end.ownerType === record.DstK8S_OwnerType &&
        end.hostName === record.DstK8S_HostName &&
        end.hostIP === record.DstK8S_HostIP &&
        end.zone === record.DstK8S_Zone &&
        end.subnet === record.DstSubnetLabel
      ) {
        return end;
      }
    }
    return this.add('Dst', record, first);
  }

  private add(side: 'Src' | 'Dst', record: FlowRecord, first: End | undefined): End {
    const ends = side === 'Src' ? this.sources : this.destinations;
    if (ends.size >= REMEMBERED) {
      ends.clear();
    }
    const next = first !== undefined && first.depth < PER_ADDRESS ? first : undefined;
    const end: End = {
      hot: this.written(record, side, HOT),
      rest: this.written(record, side, REST),
      mac: record[`${side}Mac`],
      namespace: record[`${side}K8S_Namespace`],
      name: record[`${side}K8S_Name`],
      type: record[`${side}K8S_Type`],
      ownerName: record[`${side}K8S_OwnerName`],
      ownerType: record[`${side}K8S_OwnerType`],
      hostName: record[`${side}K8S_HostName`],
      hostIP: record[`${side}K8S_HostIP`],
      zone: record[`${side}K8S_Zone`],
      service: record[`${side}K8S_Service`],
      subnet: record[`${side}SubnetLabel`],
      next,
      depth: (next?.depth ?? 0) + 1,
    };
    ends.set(record[`${side}Addr`], end);
    return end;
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
