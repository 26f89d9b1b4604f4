/** A datagram on its way to Kafka. */
export interface Outgoing {
  /** The exporter's address: what is of one exporter stays in one partition, in its order. */
  readonly key: string;
  readonly value: Buffer;
  /** When it was received, in milliseconds since the Unix epoch. */
  readonly ms: number;
}

/** What a message takes in memory beside its value. */
const OVERHEAD = 200;
/** Taken ones are cut off when there are so many. */
const COMPACT_AT = 4096;

/** Bytes of memory that a message takes, about. */
export const outgoingBytes = ({ value }: Outgoing) => value.length + OVERHEAD;

/** Datagrams that wait for Kafka, bounded by bytes: where there is no room, the oldest make it. */
export class OutgoingQueue {
  private waiting: Outgoing[] = [];
  private head = 0;
  /** Bytes of what waits, and of what was taken and not given back yet. */
  bytes = 0;

  /** @param limit bytes that may be held. */
  constructor(private readonly limit: number) {}

  /** Messages that wait. */
  get length(): number {
    return this.waiting.length - this.head;
  }

  /** Adds one. @returns the oldest ones, which had to make room. */
  put(message: Outgoing): Outgoing[] {
    this.waiting.push(message);
    this.bytes += outgoingBytes(message);
    const dropped: Outgoing[] = [];
    while (this.bytes > this.limit && this.length > 1) {
      const oldest = this.shift();
      this.bytes -= outgoingBytes(oldest);
      dropped.push(oldest);
    }
    return dropped;
  }

  /** Takes out the oldest ones up to so many bytes, at least one. They count as held until {@link release}. */
  take(maxBytes: number): Outgoing[] {
    const taken: Outgoing[] = [];
    let bytes = 0;
    while (this.length > 0) {
      bytes += outgoingBytes(this.waiting[this.head]!);
      if (taken.length > 0 && bytes > maxBytes) {
        break;
      }
      taken.push(this.shift());
    }
    return taken;
  }

  /** What was taken is done with. */
  release(messages: readonly Outgoing[]): void {
    this.bytes -= messages.reduce((sum, message) => sum + outgoingBytes(message), 0);
  }

  private shift(): Outgoing {
    const message = this.waiting[this.head++]!;
    if (this.head >= COMPACT_AT && this.head * 2 >= this.waiting.length) {
      this.waiting = this.waiting.slice(this.head);
      this.head = 0;
    }
    return message;
  }
}
