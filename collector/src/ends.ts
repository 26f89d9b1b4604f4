import type { FlowRecord } from '@netobserv-flows/schema';

/** Ends that are told apart at once; beyond it all are forgotten. Some 700 bytes each, what stages keep included. */
const REMEMBERED = 131_072;
/** Different ones of one address, as its Ethernet address and Service differ by where it is seen. */
const PER_ADDRESS = 4;

/** What a record tells of one end. */
export interface EndNames {
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
}

/**
 * One end of flows, with everything that a record tells of it. Flows that tell the same of their source have one and
 * the same, so that what a stage makes of an end is made once and kept by it: an end of a large cluster is not in the
 * processor's cache when its next flow comes, and each table that it had to be looked up in would be waited for.
 * Sources and destinations are apart, as they have fields of their own.
 */
export class FlowEnd implements EndNames {
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

  /** Kept by the stage `loki`: where its parts of a line stand, while the generation is the present one. */
  lineGeneration = 0;
  hotAt = 0;
  restAt = 0;
  partsEnd = 0;
  /** Kept by the stage `loki`: its workload in the list of workloads, while the generation is the present one. */
  workloadGeneration = 0;
  workload: object | undefined = undefined;
  /** Kept by the stage `aggregate`: whether it has the end's numbers, while the generation is the present one. */
  keysGeneration = 0;

  /**
   * @param number from 0 to the limit of its {@link FlowEnds} and one; given anew after all were forgotten.
   * @param epoch how often all were forgotten before.
   * @param next another one of the same address.
   * @param origin what its names were taken from, where that is an object of its own.
   */
  constructor(
    readonly number: number,
    readonly epoch: number,
    readonly side: 'Src' | 'Dst',
    readonly address: string | undefined,
    names: EndNames,
    readonly next: FlowEnd | undefined,
    readonly origin: object | undefined
  ) {
    this.mac = names.mac;
    this.namespace = names.namespace;
    this.name = names.name;
    this.type = names.type;
    this.ownerName = names.ownerName;
    this.ownerType = names.ownerType;
    this.hostName = names.hostName;
    this.hostIP = names.hostIP;
    this.zone = names.zone;
    this.service = names.service;
    this.subnet = names.subnet;
  }
}

/** Makes the ends of flows, and recognises them by what records tell. Bounded: of too many, all are forgotten. */
export class FlowEnds {
  private readonly sources = new Map<string | undefined, FlowEnd>();
  private readonly destinations = new Map<string | undefined, FlowEnd>();
  private count = 0;
  /** Grows when all are forgotten: an end of another epoch is not to be used any more. */
  epoch = 0;

  /** @param limit how many are remembered, 4 at least. */
  constructor(private readonly limit = REMEMBERED) {}

  /** The source of a record. */
  source(record: FlowRecord): FlowEnd {
    return this.find(this.sources, 'Src', record.SrcAddr, {
      mac: record.SrcMac,
      namespace: record.SrcK8S_Namespace,
      name: record.SrcK8S_Name,
      type: record.SrcK8S_Type,
      ownerName: record.SrcK8S_OwnerName,
      ownerType: record.SrcK8S_OwnerType,
      hostName: record.SrcK8S_HostName,
      hostIP: record.SrcK8S_HostIP,
      zone: record.SrcK8S_Zone,
      service: record.SrcK8S_Service,
      subnet: record.SrcSubnetLabel,
    });
  }

  /** The destination of a record. */
  destination(record: FlowRecord): FlowEnd {
    return this.find(this.destinations, 'Dst', record.DstAddr, {
      mac: record.DstMac,
      namespace: record.DstK8S_Namespace,
      name: record.DstK8S_Name,
      type: record.DstK8S_Type,
      ownerName: record.DstK8S_OwnerName,
      ownerType: record.DstK8S_OwnerType,
      hostName: record.DstK8S_HostName,
      hostIP: record.DstK8S_HostIP,
      zone: record.DstK8S_Zone,
      service: record.DstK8S_Service,
      subnet: record.DstSubnetLabel,
    });
  }

  /**
   * Makes an end.
   * @param first of the ends of the same address and side: the new one stands before it.
   */
  add(
    side: FlowEnd['side'],
    address: string | undefined,
    names: EndNames,
    first: FlowEnd | undefined,
    origin?: object
  ): FlowEnd {
    let number = this.count++;
    if (number >= this.limit) {
      this.sources.clear();
      this.destinations.clear();
      this.count = 0;
      this.epoch++;
      // None of the epoch before has this one, so that it can be the other end of the same flow.
      number = this.limit + (this.epoch & 1);
    }
    const next = first?.epoch === this.epoch && depthOf(first) < PER_ADDRESS ? first : undefined;
    return new FlowEnd(number, this.epoch, side, address, names, next, origin);
  }

  private find(
    ends: Map<string | undefined, FlowEnd>,
    side: FlowEnd['side'],
    address: string | undefined,
    names: EndNames
  ): FlowEnd {
    // Where there is no address, the Ethernet address tells ends apart.
    const key = address ?? names.mac;
    const first = ends.get(key);
    for (let end = first; end !== undefined; end = end.next) {
      if (tellSame(end, names)) {
        return end;
      }
    }
    const made = this.add(side, address, names, first);
    ends.set(key, made);
    return made;
  }
}

function depthOf(end: FlowEnd): number {
  return end.next === undefined ? 1 : 1 + depthOf(end.next);
}

function tellSame(a: EndNames, b: EndNames): boolean {
  return (
    a.mac === b.mac &&
    a.name === b.name &&
    a.namespace === b.namespace &&
    a.type === b.type &&
    a.service === b.service &&
    a.ownerName === b.ownerName &&
    a.ownerType === b.ownerType &&
    a.hostName === b.hostName &&
    a.hostIP === b.hostIP &&
    a.zone === b.zone &&
    a.subnet === b.subnet
  );
}
