import { isServicePort, type FlowRecord } from '@netobserv-flows/schema';
import { keyText, type KeyValue, type LevelKeys } from './key';

/** Bits of the numbers that stand for an end and for what both ends share; three of them are one exact number. */
const END_BITS = 18;
const COMMON_BITS = 16;
const MAX_ENDS = 2 ** END_BITS;
const MAX_COMMON = 2 ** COMMON_BITS;

/** One end of flows, with all names that any level tells ends apart by. */
interface End {
  readonly address: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly ownerName: string | undefined;
  readonly ownerType: string | undefined;
  readonly hostName: string | undefined;
  readonly zone: string | undefined;
  readonly service: string | undefined;
  readonly subnet: string | undefined;
  /** Its number in each level. */
  readonly ids: readonly number[];
  /** Another that has the same address. */
  readonly next: End | undefined;
}

/**
 * Gives the keys of flows as numbers: an end is recognised by comparing its names with those last seen of its address,
 * which costs a tenth of making a text of them. Numbers mean the same until {@link Interner.full}.
 */
export class Interner {
  readonly #levels: readonly LevelKeys[];
  readonly #sources = new Map<string, End>();
  readonly #destinations = new Map<string, End>();
  readonly #common = new Map<string, readonly number[]>();
  readonly #ids: ReadonlyArray<Record<'Src' | 'Dst' | 'common', Map<string, number>>>;
  #ends = 0;

  /** @param levels the levels whose keys are wanted, in the order of {@link Interner.keysOf}'s answer. */
  constructor(levels: readonly LevelKeys[]) {
    this.#levels = levels;
    this.#ids = levels.map(() => ({ Src: new Map(), Dst: new Map(), common: new Map() }));
  }

  /** True when there is no room for what may come next: the numbers must be forgotten, and a new one made. */
  get full(): boolean {
    return this.#ends >= MAX_ENDS - 2 || this.#common.size >= MAX_COMMON - 1;
  }

  /** The number that stands for a flow's key, one for each level; into `keys`, so that nothing is made per flow. */
  keysOf(record: FlowRecord, keys: number[]): void {
    const source = this.#source(record);
    const destination = this.#destination(record);
    const common = this.#shared(record);
    for (let level = 0; level < keys.length; level++) {
      keys[level] = (source[level]! * MAX_ENDS + destination[level]!) * MAX_COMMON + common[level]!;
    }
  }

  #source(record: FlowRecord): readonly number[] {
    const first = this.#sources.get(record.SrcAddr ?? '');
    for (let end = first; end !== undefined; end = end.next) {
      if (
        end.name === record.SrcK8S_Name &&
        end.namespace === record.SrcK8S_Namespace &&
        end.type === record.SrcK8S_Type &&
        end.service === record.SrcK8S_Service &&
        end.ownerName === record.SrcK8S_OwnerName &&
        end.ownerType === record.SrcK8S_OwnerType &&
        end.hostName === record.SrcK8S_HostName &&
        end.zone === record.SrcK8S_Zone &&
        end.subnet === record.SrcSubnetLabel &&
        end.address === record.SrcAddr
      ) {
        return end.ids;
      }
    }
    return this.#add('Src', record, first).ids;
  }

  #destination(record: FlowRecord): readonly number[] {
    const first = this.#destinations.get(record.DstAddr ?? '');
    for (let end = first; end !== undefined; end = end.next) {
      if (
        end.name === record.DstK8S_Name &&
        end.namespace === record.DstK8S_Namespace &&
        end.type === record.DstK8S_Type &&
        end.service === record.DstK8S_Service &&
        end.ownerName === record.DstK8S_OwnerName &&
        end.ownerType === record.DstK8S_OwnerType &&
        end.hostName === record.DstK8S_HostName &&
        end.zone === record.DstK8S_Zone &&
        end.subnet === record.DstSubnetLabel &&
        end.address === record.DstAddr
      ) {
        return end.ids;
      }
    }
    return this.#add('Dst', record, first).ids;
  }

  #add(side: 'Src' | 'Dst', record: FlowRecord, next: End | undefined): End {
    this.#ends++;
    const end: End = {
      address: record[`${side}Addr`],
      namespace: record[`${side}K8S_Namespace`],
      name: record[`${side}K8S_Name`],
      type: record[`${side}K8S_Type`],
      ownerName: record[`${side}K8S_OwnerName`],
      ownerType: record[`${side}K8S_OwnerType`],
      hostName: record[`${side}K8S_HostName`],
      zone: record[`${side}K8S_Zone`],
      service: record[`${side}K8S_Service`],
      subnet: record[`${side}SubnetLabel`],
      ids: this.#levels.map((keys, level) => idOf(this.#ids[level]![side], keys.partOf(record, side))),
      next,
    };
    (side === 'Src' ? this.#sources : this.#destinations).set(end.address ?? '', end);
    return end;
  }

  #shared(record: FlowRecord): readonly number[] {
    const { SrcPort, DstPort, Proto, Sampling, Application, K8S_FlowLayer } = record;
    const from = SrcPort !== undefined && isServicePort(SrcPort) ? SrcPort : '';
    const to = DstPort !== undefined && isServicePort(DstPort) ? DstPort : '';
    const text = `${from},${to},${Proto},${Sampling},${K8S_FlowLayer},${Application === undefined ? '' : `=${Application}`}`;
    const known = this.#common.get(text);
    if (known !== undefined) {
      return known;
    }
    const ids = this.#levels.map((keys, level) => idOf(this.#ids[level]!.common, keys.partOf(record, 'common')));
    this.#common.set(text, ids);
    return ids;
  }
}

function idOf(ids: Map<string, number>, values: readonly KeyValue[]): number {
  const text = keyText(values, 0);
  const known = ids.get(text);
  if (known !== undefined) {
    return known;
  }
  ids.set(text, ids.size);
  return ids.size - 1;
}
