/** A sampled packet: the bytes that the agent sent of it, and how far it went on the wire. */
export interface SampledPacket {
  readonly bytes: Buffer;
  /** Where the captured bytes end; nothing is read from there on. */
  readonly end: number;
  /** Where the packet would end, had all of it been sent: at `end` or behind it. */
  readonly wireEnd: number;
}

/** A header that stands at `at`. */
export interface Layer {
  readonly kind: 'ethernet' | 'mpls' | 'ipv4' | 'ipv6';
  readonly at: number;
}
