import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

/** Senders of which the pace, or whether they are allowed, is remembered; the ones heard least lately are forgotten. */
const SENDERS_MAX = 16_384;

/** Why a datagram or connection is not taken. */
export type Refusal = 'refused' | 'rate_limited';

/** Who may send, and how much. */
export interface AdmissionRules {
  /** Networks that may send; where there are none, everybody may. */
  readonly allow: readonly string[];
  /** Datagrams, or IPFIX messages of a connection, that one sender may send in a second; absent for any number. */
  readonly datagramsPerSecond?: number;
}

interface Pace {
  /** Datagrams that may still come at once; below 0 after more messages of a connection. */
  tokens: number;
  atMs: number;
}

/**
 * Decides whether what a sender sends is taken: by its network, and by its pace, of which a second's worth may come at
 * once. What is remembered is bounded: a flood from made-up addresses costs no more memory.
 */
export class Admission {
  private readonly networks: ReadonlyArray<ReturnType<typeof ipaddr.parseCIDR>>;
  private readonly allowed = new LRUCache<string, boolean>({ max: SENDERS_MAX });
  private readonly paces = new LRUCache<string, Pace>({ max: SENDERS_MAX });
  private readonly limit: number | undefined;

  /** @param rateOf the limit of one sender, which goes before that of all; undefined where it has none. */
  constructor(
    { allow, datagramsPerSecond }: AdmissionRules,
    private readonly rateOf: (address: string) => number | undefined = () => undefined
  ) {
    this.networks = allow.map((network) => ipaddr.parseCIDR(network));
    this.limit = datagramsPerSecond;
  }

  /** Whether this address may send at all. */
  allows(address: string): boolean {
    if (this.networks.length === 0) {
      return true;
    }
    let allowed = this.allowed.get(address);
    if (allowed === undefined) {
      const parsed = ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
      allowed = this.networks.some((network) => parsed?.kind() === network[0].kind() && parsed.match(network));
      this.allowed.set(address, allowed);
    }
    return allowed;
  }

  /**
   * Whether one more datagram of this address is taken; for connections there is {@link waitMs}.
   * @returns why not, or undefined where it is.
   */
  refusal(address: string, nowMs: number): Refusal | undefined {
    if (!this.allows(address)) {
      return 'refused';
    }
    const rate = this.rateOf(address) ?? this.limit;
    return rate === undefined || this.isWithin(address, rate, nowMs) ? undefined : 'rate_limited';
  }

  /**
   * Takes messages of a connection into account. They were taken, as what a connection sends once, like templates, does
   * not come again; its sender is slowed down instead.
   * @returns for how many milliseconds no more is to be read of the connection.
   */
  waitMs(address: string, messages: number, nowMs: number): number {
    const rate = this.rateOf(address) ?? this.limit;
    if (rate === undefined) {
      return 0;
    }
    const pace = this.paceOf(address, rate, nowMs);
    pace.tokens -= messages;
    return Math.max(0, Math.ceil((-pace.tokens * 1000) / rate));
  }

  private isWithin(address: string, rate: number, nowMs: number): boolean {
    const pace = this.paceOf(address, rate, nowMs);
    if (pace.tokens < 1) {
      return false;
    }
    pace.tokens--;
    return true;
  }

  private paceOf(address: string, rate: number, nowMs: number): Pace {
    let pace = this.paces.get(address);
    if (pace === undefined) {
      pace = { tokens: rate, atMs: nowMs };
      this.paces.set(address, pace);
    }
    const passedMs = Math.max(0, nowMs - pace.atMs);
    pace.tokens = Math.min(rate, pace.tokens + (passedMs * rate) / 1000);
    pace.atMs = nowMs;
    return pace;
  }
}
