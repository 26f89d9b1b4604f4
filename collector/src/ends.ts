import type { FlowRecord } from '@netobserv-flows/schema';

/** Ends of which is remembered who they are; beyond it all are forgotten. Some 300 bytes each. */
const REMEMBERED = 131_072;
/** Different ones of one address, as its Ethernet address and Service differ by where it is seen. */
const PER_ADDRESS = 4;

/**
 * One end of flows, with everything that a record tells of it. Records that tell the same of their source have one and
 * the same, so that what a stage makes of an end can be kept by it: see {@link PerEnd}. Sources and destinations are
 * apart, as they have fields of their own.
 */
export interface FlowEnd {
  /** From 0, below {@link FlowEnds.limit}; given anew after all were forgotten. */
  readonly number: number;
  readonly side: 'Src' | 'Dst';
  readonly address: string | undefined;
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
  /** Another one of the same address. */
  readonly next: FlowEnd | undefined;
  readonly depth: number;
}

/**
 * Recognises the ends of flows. They are found by the address and compared with the values that the last ones of it
 * had; spelt out for both sides, as computed names cost several times as much. Bounded: when there are too many, all
 * are forgotten.
 */
export class FlowEnds {
  private readonly sources = new Map<string | undefined, FlowEnd>();
  private readonly destinations = new Map<string | undefined, FlowEnd>();
  private count = 0;

  /** @param limit how many are remembered, 4 at least. */
  constructor(private readonly limit = REMEMBERED) {}

  /** The source of a record. */
  source(record: FlowRecord): FlowEnd {
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

  /** The destination of a record. */
  destination(record: FlowRecord): FlowEnd {
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

  private add(side: FlowEnd['side'], record: FlowRecord, first: FlowEnd | undefined): FlowEnd {
    if (this.count >= this.limit) {
      this.sources.clear();
      this.destinations.clear();
      this.count = 0;
    }
    const next = this.count > 0 && first !== undefined && first.depth < PER_ADDRESS ? first : undefined;
    const end: FlowEnd = {
      number: this.count++,
      side,
      address: record[`${side}Addr`],
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
    (side === 'Src' ? this.sources : this.destinations).set(end.address, end);
    return end;
  }
}

/**
 * What a stage keeps by ends: made once for each, found by the end's number. An end that has the number of one that was
 * forgotten takes its place, so that there are never more than ends.
 */
export class PerEnd<T> {
  private readonly ends: FlowEnd[] = [];
  private readonly values: T[] = [];

  /** What is kept by an end; undefined where nothing is. */
  get(end: FlowEnd): T | undefined {
    return this.ends[end.number] === end ? this.values[end.number] : undefined;
  }

  /** Keeps a value by an end, and gives it back. */
  set(end: FlowEnd, value: T): T {
    // Without holes, which would make slow arrays of them; another end's value in a place is not found there.
    while (this.ends.length < end.number) {
      this.ends.push(end);
      this.values.push(value);
    }
    this.ends[end.number] = end;
    this.values[end.number] = value;
    return value;
  }
}
