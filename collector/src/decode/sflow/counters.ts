import { text, uint32, uint64 } from '../values';

/** Bytes before the counter records. */
const HEADS = { compact: 12, expanded: 16 } as const;
const RECORD_HEADER = 8;
/** if_counters and port_name (sFlow Version 5, 'Counter Data Types'; sFlow Port NAME Structure). */
const IF_COUNTERS = 1;
const IF_COUNTERS_BYTES = 88;
const PORT_NAME = 1005;
/** IF-MIB lets a name have 255; nobody reads so long a label. */
const NAME_MAX = 64;
/** What an agent does not know has all bits set. */
const UNKNOWN = 0xffff_ffff;
const UNKNOWN_64 = 2 ** 64;
const IF_STATUS_OPER = 2;

/** What an interface has counted in one direction since its agent started; absent where it does not know. */
export interface TrafficCounters {
  readonly bytes?: number;
  /** Unicast, multicast and broadcast, those that are known. */
  readonly packets?: number;
  readonly discards?: number;
  readonly errors?: number;
}

/** What a counter sample says of an interface. */
export interface InterfaceCounters {
  /** Its ifIndex. */
  readonly index: number;
  readonly name?: string;
  /** Bits a second. */
  readonly speed?: number;
  readonly up: boolean;
  readonly in: TrafficCounters;
  readonly out: TrafficCounters;
}

/** Told of the counters of interfaces. @param agent the one that has them, by the address that `AgentIP` says. */
export type OnInterface = (agent: string, counters: InterfaceCounters, receivedMs: number) => void;

/**
 * Reads a counter sample: counters_sample or counters_sample_expanded (sFlow Version 5).
 * @param at behind the sample's format and length.
 * @returns the interface's counters; undefined where it is of something else, such as a processor. `complete` is false
 *   where the sample ends inside a record that it claims to have.
 */
export function readCounters(
  bytes: Buffer,
  at: number,
  end: number,
  form: keyof typeof HEADS
): { readonly counters?: InterfaceCounters; readonly complete: boolean } {
  let position = at + HEADS[form];
  if (position > end) {
    return { complete: false };
  }
  let counters: InterfaceCounters | undefined;
  let name: string | undefined;
  for (let left = uint32(bytes, position - 4); left > 0; left--) {
    const start = position + RECORD_HEADER;
    const size = start <= end ? uint32(bytes, position + 4) : Infinity;
    if (start + size > end) {
      return { complete: false };
    }
    const format = uint32(bytes, position);
    if (format === IF_COUNTERS && size >= IF_COUNTERS_BYTES) {
      counters = interfaceAt(bytes, start);
    } else if (format === PORT_NAME && size >= 4) {
      name = nameAt(bytes, start, start + size);
    }
    // Content is filled up to whole words.
    position = Math.min(end, start + size + ((4 - (size % 4)) % 4));
  }
  return { complete: true, ...(counters && { counters: { ...counters, ...(name !== undefined && { name }) } }) };
}

function interfaceAt(bytes: Buffer, at: number): InterfaceCounters {
  const speed = uint64(bytes, at + 8);
  return {
    index: uint32(bytes, at),
    ...(speed > 0 && speed < UNKNOWN_64 && { speed }),
    up: (uint32(bytes, at + 20) & IF_STATUS_OPER) !== 0,
    in: trafficAt(bytes, at + 24),
    // ifInUnknownProtos stands between.
    out: trafficAt(bytes, at + 56),
  };
}

/** Octets, unicast, multicast, broadcast, discards, errors. */
function trafficAt(bytes: Buffer, at: number): TrafficCounters {
  const octets = uint64(bytes, at);
  const known = (offset: number) => {
    const value = uint32(bytes, at + offset);
    return value === UNKNOWN ? undefined : value;
  };
  const packets = [8, 12, 16].map(known).filter((value) => value !== undefined);
  const [discards, errors] = [known(20), known(24)];
  return {
    ...(octets < UNKNOWN_64 && { bytes: octets }),
    ...(packets.length > 0 && { packets: packets.reduce((sum, value) => sum + value, 0) }),
    ...(discards !== undefined && { discards }),
    ...(errors !== undefined && { errors }),
  };
}

function nameAt(bytes: Buffer, at: number, end: number): string | undefined {
  const length = uint32(bytes, at);
  return at + 4 + length <= end ? text(bytes, at + 4, Math.min(length, NAME_MAX)) : undefined;
}
