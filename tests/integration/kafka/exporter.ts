import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const TEMPLATE_ID = 256;
const DOMAIN = 7;
const FLOWS_PER_DATAGRAM = 10;
/** Information elements of RFC 5102 with their lengths. */
const FIELDS: ReadonlyArray<readonly [element: number, length: number]> = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [1, 8],
  [2, 8],
  [152, 8],
  [153, 8],
];
const RECORD_BYTES = FIELDS.reduce((sum, [, length]) => sum + length, 0);

/** Gives each flow of a test a number of its own, from 1. */
export class Numbers {
  count = 0;
}

/**
 * An IPFIX exporter with an address of its own (127.0.0.x, Linux) that tells its template once, at the start: who takes
 * over later has to know it from somewhere. Each flow has its number as its bytes.
 */
export class TemplateOnceExporter {
  private readonly socket: Socket = createSocket('udp4');
  private sequence = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly address: string,
    private readonly port: number,
    private readonly numbers: Numbers
  ) {}

  /** Binds its address and sends its template. */
  async open(): Promise<void> {
    this.socket.bind(0, this.address);
    await once(this.socket, 'listening');
    this.send(template());
  }

  /** Sends on until {@link pause}, one datagram every so many milliseconds. */
  start(everyMs: number): void {
    this.timer = setInterval(() => this.sendFlows(), everyMs);
  }

  pause(): void {
    clearInterval(this.timer);
  }

  close(): void {
    this.pause();
    this.socket.close();
  }

  private sendFlows(): void {
    const nowMs = Date.now();
    const set = Buffer.alloc(4 + FLOWS_PER_DATAGRAM * RECORD_BYTES);
    set.writeUInt16BE(TEMPLATE_ID, 0);
    set.writeUInt16BE(set.length, 2);
    for (let index = 0; index < FLOWS_PER_DATAGRAM; index++) {
      const at = 4 + index * RECORD_BYTES;
      const number = ++this.numbers.count;
      set.writeUInt32BE(0x0a00_0000 + (number % 65_536), at);
      set.writeUInt32BE(0x0a01_0001, at + 4);
      set.writeUInt16BE(40_000, at + 8);
      set.writeUInt16BE(443, at + 10);
      set.writeUInt8(6, at + 12);
      set.writeBigUInt64BE(BigInt(number), at + 13);
      set.writeBigUInt64BE(1n, at + 21);
      set.writeBigUInt64BE(BigInt(nowMs - 1000), at + 29);
      set.writeBigUInt64BE(BigInt(nowMs), at + 37);
    }
    this.send(set);
    this.sequence += FLOWS_PER_DATAGRAM;
  }

  private send(set: Buffer): void {
    const header = Buffer.alloc(16);
    header.writeUInt16BE(10, 0);
    header.writeUInt16BE(16 + set.length, 2);
    header.writeUInt32BE(Math.floor(Date.now() / 1000), 4);
    header.writeUInt32BE(this.sequence, 8);
    header.writeUInt32BE(DOMAIN, 12);
    this.socket.send(Buffer.concat([header, set]), this.port, '127.0.0.1');
  }
}

function template(): Buffer {
  const set = Buffer.alloc(8 + FIELDS.length * 4);
  set.writeUInt16BE(2, 0);
  set.writeUInt16BE(set.length, 2);
  set.writeUInt16BE(TEMPLATE_ID, 4);
  set.writeUInt16BE(FIELDS.length, 6);
  FIELDS.forEach(([element, length], index) => {
    set.writeUInt16BE(element, 8 + index * 4);
    set.writeUInt16BE(length, 10 + index * 4);
  });
  return set;
}
