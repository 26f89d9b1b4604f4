import type { FlowEnd } from '../ends';
import { canonicalAddress } from './address';
import type { ClusterIndex, NamedEnd, ServedEnd } from './clusterIndex';
import type { SubnetLabels } from './subnets';

/** Addresses that are remembered, a power of two; beyond it all are forgotten. Some 300 bytes each. */
const REMEMBERED = 131_072;
const WORD_MASK = REMEMBERED - 1;

/** A Service that an address serves on a port. */
export interface ServedPort {
  readonly port: number;
  /** IANA protocol number. */
  readonly proto: number;
  readonly served: ServedEnd;
}

/** All that is known of an address, found by one look-up. */
export class KnownAddress {
  /** Whether what stands here holds for all flows that end after `sinceS`, while the names are of this version. */
  isSettled = false;
  version = -1;
  /** Seconds since the Unix epoch. */
  sinceS = 0;
  named: NamedEnd | undefined = undefined;
  /** Whether `named` is a part of the platform. */
  isInfra = false;
  /** Label of its network. */
  subnet: string | undefined = undefined;
  /** What it serves; undefined where that has to be asked for each flow. */
  ports: readonly ServedPort[] | undefined = undefined;
  /** Ends of this address, the one that was made last first. */
  sources: FlowEnd | undefined = undefined;
  destinations: FlowEnd | undefined = undefined;

  /** @param canonical the one spelling that the index knows. */
  constructor(
    readonly text: string,
    readonly canonical: string
  ) {}
}

/**
 * What addresses are called, found by one look-up and worked out anew only when something about the address changes.
 * Bounded: of too many addresses, all are forgotten.
 */
export class KnownAddresses {
  readonly #byText = new Map<string, KnownAddress>();
  /**
   * Those of `byText` that were asked for last, by the low bits of their number: a look-up by text reads five places
   * that no cache holds, this one two.
   */
  readonly #byWord = new Array<KnownAddress | undefined>(REMEMBERED).fill(undefined);

  /** @param isInfra whether an object is a part of the platform. */
  constructor(
    private readonly index: ClusterIndex,
    private readonly subnets: SubnetLabels,
    private readonly isInfra: (named: NamedEnd) => boolean
  ) {}

  /**
   * What is known of an address at a time.
   * @param text the address as flows have it.
   * @param timeMs milliseconds since the Unix epoch.
   * @param word the same as a number, where it is IPv4 and one is at hand; another one costs time, and no more.
   */
  at(text: string, timeMs: number, word = 0): KnownAddress {
    const near = word === 0 ? undefined : this.#byWord[word & WORD_MASK];
    const known = near !== undefined && near.text === text ? near : this.#find(text, word);
    if (!known.isSettled || known.version !== this.index.version || !(timeMs / 1000 > known.sinceS)) {
      this.#settle(known, timeMs);
    }
    return known;
  }

  /** The Service that an address is, or serves on a port, at the time that it was asked for. */
  served({ named, ports, canonical }: KnownAddress, port = 0, proto = 0, timeMs = 0): ServedEnd | undefined {
    if (named === undefined || ports === undefined) {
      return named && this.index.served(named, canonical, port, proto, timeMs);
    }
    for (let i = 0; i < ports.length; i++) {
      const one = ports[i]!;
      if (one.port === port && one.proto === proto) {
        return one.served;
      }
    }
    return undefined;
  }

  /** The index says something else of an address from now on. */
  unsettle(canonical: string): void {
    const known = this.#byText.get(canonical);
    if (known !== undefined) {
      known.isSettled = false;
    }
  }

  #find(text: string, word: number): KnownAddress {
    const known = this.#byText.get(text) ?? this.#add(text);
    if (word !== 0) {
      this.#byWord[word & WORD_MASK] = known;
    }
    return known;
  }

  #add(text: string): KnownAddress {
    if (this.#byText.size >= REMEMBERED) {
      this.#byText.clear();
      this.#byWord.fill(undefined);
    }
    const known = new KnownAddress(text, canonicalAddress(text));
    this.#byText.set(text, known);
    return known;
  }

  #settle(known: KnownAddress, timeMs: number): void {
    const { text, canonical } = known;
    const named = this.index.at(canonical, timeMs);
    known.named = named;
    known.isInfra = named !== undefined && this.isInfra(named);
    known.subnet = this.subnets.label(canonical, named !== undefined);
    const sinceMs = this.index.steadySince(canonical);
    known.sinceS = Math.ceil(Math.max(sinceMs, -1000) / 1000);
    // Another spelling of an address would not be told of changes. Before the time from which on it holds it does not.
    known.isSettled = text === canonical && timeMs / 1000 > known.sinceS;
    known.version = this.index.version;
    // A node answers for Services on its ports, and a Service knows its own: that is asked for each flow.
    known.ports = known.isSettled && named?.type === 'Pod' ? this.#portsOf(named, canonical, timeMs) : undefined;
  }

  #portsOf(named: NamedEnd, address: string, timeMs: number): ServedPort[] {
    return this.index.portsAt(address).flatMap(({ port, proto }) => {
      const served = this.index.served(named, address, port, proto, timeMs);
      return served === undefined ? [] : [{ port, proto, served }];
    });
  }
}
