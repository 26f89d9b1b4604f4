import { createSocket } from 'node:dgram';

const HEADER_BYTES = 24;
const RECORD_BYTES = 48;
const FLOWS_PER_DATAGRAM = 30;
const TICK_MS = 20;
const LATE_MS = 100;
/** One datagram of so many has flows that Loki refuses for good: they ended eight days ago. */
const REFUSED_EVERY = 40;
const REFUSED_AGE_MS = 8 * 24 * 3_600_000;
/** Destination ports, which the tests have as a label: so many streams. */
const PORTS = 20;
/** The port, and so the stream, of the flows that Loki refuses. */
export const REFUSED_PORT = 666;

/** What a flow has, by its number. Addresses and packets are as uneven as real ones: else they would take no room. */
export const valuesOf = (number: number) => ({
  source: Math.imul(number, 0x9e3779b1) >>> 0,
  destination: Math.imul(number, 0x85ebca6b) >>> 0,
  packets: (Math.imul(number, 0xc2b2ae35) >>> 4) + 1,
  bytes: number,
  sourcePort: 40_000,
  destinationPort: 1000 + (number % PORTS),
  protocol: 17,
});

/** A source of flows of which each is told apart by its number, from 1, which it has as its bytes. */
export class NumberedExporter {
  private readonly socket = createSocket('udp4');
  private timer: NodeJS.Timeout | undefined;
  private sequence = 0;
  private datagrams = 0;
  private owed = 0;
  /** When each flow was sent so that it can be decoded, in ms since the Unix epoch, by its number. */
  readonly sentMs: number[] = [0];
  /** Numbers of the flows that Loki refuses. */
  readonly refused = new Set<number>();

  /** @param port UDP port of 127.0.0.1. */
  constructor(private readonly port: number) {}

  /** Sends on until `pause`. @param flowsPerSecond how many, on average. */
  start(flowsPerSecond: number): void {
    let lastMs = Date.now();
    this.timer = setInterval(() => {
      const nowMs = Date.now();
      // After the machine stood still, not all at once: the kernel's buffer would overflow.
      this.owed += (Math.min(nowMs - lastMs, LATE_MS) * flowsPerSecond) / 1000;
      lastMs = nowMs;
      for (; this.owed >= FLOWS_PER_DATAGRAM; this.owed -= FLOWS_PER_DATAGRAM) {
        this.send(nowMs);
      }
    }, TICK_MS);
  }

  pause(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  close(): void {
    this.pause();
    this.socket.close();
  }

  /** Flows sent. */
  get count(): number {
    return this.sentMs.length - 1;
  }

  /** The number of the next flow, for whoever sends it. */
  take(nowMs: number): number {
    return this.sentMs.push(nowMs) - 1;
  }

  private send(nowMs: number): void {
    const isRefused = this.datagrams++ % REFUSED_EVERY === REFUSED_EVERY - 1;
    const exportMs = isRefused ? nowMs - REFUSED_AGE_MS : nowMs;
    const datagram = Buffer.alloc(HEADER_BYTES + FLOWS_PER_DATAGRAM * RECORD_BYTES);
    datagram.writeUInt16BE(5, 0);
    datagram.writeUInt16BE(FLOWS_PER_DATAGRAM, 2);
    datagram.writeUInt32BE(100_000, 4);
    datagram.writeUInt32BE(Math.floor(exportMs / 1000), 8);
    datagram.writeUInt32BE((exportMs % 1000) * 1_000_000, 12);
    datagram.writeUInt32BE(this.sequence, 16);
    this.sequence = (this.sequence + FLOWS_PER_DATAGRAM) >>> 0;
    for (let index = 0; index < FLOWS_PER_DATAGRAM; index++) {
      const number = this.take(nowMs);
      const values = valuesOf(number);
      if (isRefused) {
        this.refused.add(number);
      }
      const at = HEADER_BYTES + index * RECORD_BYTES;
      datagram.writeUInt32BE(values.source, at);
      datagram.writeUInt32BE(values.destination, at + 4);
      datagram.writeUInt32BE(values.packets, at + 16);
      datagram.writeUInt32BE(values.bytes, at + 20);
      datagram.writeUInt32BE(99_000, at + 24);
      datagram.writeUInt32BE(100_000, at + 28);
      datagram.writeUInt16BE(values.sourcePort, at + 32);
      datagram.writeUInt16BE(isRefused ? REFUSED_PORT : values.destinationPort, at + 34);
      datagram.writeUInt8(values.protocol, at + 38);
    }
    this.socket.send(datagram, this.port, '127.0.0.1');
  }
}
