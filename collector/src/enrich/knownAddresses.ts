import type { FlowEnd } from '../ends';
import { canonicalAddress } from './address';
import type { NamedEnd, ServedEnd } from './clusterIndex';

/** Addresses that are remembered; beyond it all are forgotten. Some 300 bytes each. */
const REMEMBERED = 131_072;

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

/** The addresses of flows, by the text that flows have of them. */
export class KnownAddresses {
  readonly #byText = new Map<string, KnownAddress>();

  /** What is known of an address; new where it was not asked for before. */
  of(text: string): KnownAddress {
    return this.#byText.get(text) ?? this.#add(text);
  }

  /** What the index says of an address has changed. */
  unsettle(canonical: string): void {
    const known = this.#byText.get(canonical);
    if (known !== undefined) {
      known.isSettled = false;
    }
  }

  #add(text: string): KnownAddress {
    if (this.#byText.size >= REMEMBERED) {
      this.#byText.clear();
    }
    const known = new KnownAddress(text, canonicalAddress(text));
    this.#byText.set(text, known);
    return known;
  }
}
