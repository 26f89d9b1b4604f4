/** What the two threads share: datagrams in a ring, and where each of them is in it. */
export interface SharedRing {
  readonly control: SharedArrayBuffer;
  readonly data: SharedArrayBuffer;
}

/** Places in `control`; that of `pause` never changes, and serves to wait. */
export const CONTROL = { head: 0, tail: 1, stop: 2, asleep: 3, pause: 4 } as const;
const CONTROL_BYTES = 20;

/** A datagram in the ring: this many bytes, then its payload. Sizes and places are multiples of 8. */
export const HEADER_BYTES = 40;
/** In place of a datagram's size: the next one stands at the start of the ring. */
const TO_START = -1;

/** The largest payload of UDP, and more. */
export const SLOT_BYTES = 65_536;

/** Makes a ring. @param bytes for datagrams with their headers, a multiple of 8, at least four of the largest. */
export function makeRing(bytes: number): SharedRing {
  return { control: new SharedArrayBuffer(CONTROL_BYTES), data: new SharedArrayBuffer(bytes) };
}

/** The end of the ring that datagrams are put in. One thread only may use it. */
export class RingWriter {
  private readonly control: Int32Array;
  private readonly words: Int32Array;
  private readonly times: Float64Array;
  private readonly size: number;
  private head: number;
  private tail: number;

  constructor(ring: SharedRing) {
    this.control = new Int32Array(ring.control);
    this.words = new Int32Array(ring.data);
    this.times = new Float64Array(ring.data);
    this.size = ring.data.byteLength;
    this.head = Atomics.load(this.control, CONTROL.head);
    this.tail = Atomics.load(this.control, CONTROL.tail);
  }

  /** Whether so many of the largest datagrams find room now. */
  hasRoom(datagrams: number): boolean {
    this.tail = Atomics.load(this.control, CONTROL.tail);
    const free = this.head >= this.tail ? this.size - this.head + this.tail : this.tail - this.head;
    // At the ring's end one datagram's room may stay unused.
    return free > (datagrams + 1) * (SLOT_BYTES + HEADER_BYTES);
  }

  /**
   * Puts a datagram in; there must be room. It is seen once {@link RingWriter.publish} is called.
   * @param from memory that it stands in, from the word `at`.
   * @param socket number of the socket, below 32,768.
   * @param port of the sender.
   * @param a first of the four words of the sender's IPv6 address, in the order of the network, as they stand in memory.
   */
  put(
    from: Int32Array,
    at: number,
    bytes: number,
    socket: number,
    port: number,
    a: number,
    b: number,
    c: number,
    d: number,
    receivedMs: number
  ): void {
    const { words } = this;
    const size = (HEADER_BYTES + bytes + 7) & ~7;
    if (this.head + size > this.size) {
      if (this.head < this.size) {
        words[this.head >> 2] = TO_START;
      }
      this.head = 0;
    }
    const start = this.head >> 2;
    words[start] = size;
    words[start + 1] = bytes;
    words[start + 2] = (socket << 16) | port;
    words[start + 4] = a;
    words[start + 5] = b;
    words[start + 6] = c;
    words[start + 7] = d;
    this.times[(this.head + 32) >> 3] = receivedMs;
    const first = start + HEADER_BYTES / 4;
    const count = (bytes + 3) >> 2;
    for (let i = 0; i < count; i++) {
      words[first + i] = from[at + i]!;
    }
    this.head += size;
  }

  /** Shows what was put in to the other end. @returns whether that has to be woken up. */
  publish(): boolean {
    Atomics.store(this.control, CONTROL.head, this.head);
    return Atomics.compareExchange(this.control, CONTROL.asleep, 1, 0) === 1;
  }
}

/** What is made of a datagram; its payload is there until the {@link RingReader.take} that calls this returns. */
export type ReadTaken<T> = (
  payload: Buffer,
  socket: number,
  port: number,
  words: Int32Array,
  addressAt: number,
  receivedMs: number
) => T;

/** The end of the ring that datagrams are taken out of. One thread only may use it. */
export class RingReader {
  private readonly control: Int32Array;
  private readonly words: Int32Array;
  private readonly times: Float64Array;
  private readonly bytes: Buffer;
  private tail = 0;

  constructor(ring: SharedRing) {
    this.control = new Int32Array(ring.control);
    this.words = new Int32Array(ring.data);
    this.times = new Float64Array(ring.data);
    this.bytes = Buffer.from(ring.data);
  }

  /**
   * Takes out up to `most` datagrams.
   * @param onAll gets what was made of them, where there were some, while their payloads are still there.
   * @returns whether there are more.
   */
  take<T>(most: number, read: ReadTaken<T>, onAll: (all: readonly T[]) => void): boolean {
    const { words, bytes } = this;
    const head = Atomics.load(this.control, CONTROL.head);
    const all: T[] = [];
    while (this.tail !== head && all.length < most) {
      if (this.tail >= bytes.length || words[this.tail >> 2] === TO_START) {
        this.tail = 0;
      }
      const start = this.tail >> 2;
      const from = this.tail + HEADER_BYTES;
      const mixed = words[start + 2]!;
      const next = this.tail + words[start]!;
      const payload = bytes.subarray(from, from + words[start + 1]!);
      all.push(read(payload, mixed >>> 16, mixed & 0xffff, words, start + 4, this.times[(this.tail + 32) >> 3]!));
      this.tail = next;
    }
    if (all.length > 0) {
      onAll(all);
    }
    Atomics.store(this.control, CONTROL.tail, this.tail);
    return this.tail !== head;
  }

  /** Says that it waits for a word when there is something. @returns false where there is something already. */
  sleep(): boolean {
    Atomics.store(this.control, CONTROL.asleep, 1);
    if (Atomics.load(this.control, CONTROL.head) === this.tail) {
      return true;
    }
    Atomics.store(this.control, CONTROL.asleep, 0);
    return false;
  }

  /** Makes the other end stop. */
  stop(): void {
    Atomics.store(this.control, CONTROL.stop, 1);
    Atomics.notify(this.control, CONTROL.stop);
  }
}
