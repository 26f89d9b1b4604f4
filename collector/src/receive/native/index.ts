import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { Datagram } from '../../flow';
import { startThread } from '../../thread';
import type { UdpEvents, UdpSocket } from '../udp';
import type { Listen } from '../listen';
import type { Libc } from './libc';
import { makeRing, RingReader } from './ring';
import { Senders } from './senders';
import { openNative, type NativeSocket } from './socket';
import type { ThreadData, ThreadMessage } from './thread';

export { loadLibc, type Libc } from './libc';

/** Datagrams handed on before other work gets its turn. */
const TURN = 512;

/**
 * UDP sockets that a thread of their own receives from. They are opened one by one, and heard from {@link start} on.
 */
export class NativeSockets {
  private readonly sockets: NativeSocket[] = [];
  private worker: Worker | undefined;
  private reader: RingReader | undefined;
  private readonly senders = new Senders();
  private closing: Promise<void> | undefined;

  /** @param queueBytes bytes of datagrams that may wait between the two threads. */
  constructor(
    private readonly libc: Libc,
    private readonly queueBytes: number,
    private readonly events: UdpEvents
  ) {}

  /**
   * Opens a socket.
   * @throws Error with `code`, as Node's own have it.
   */
  open(host: string, port: number, bufferBytes: number): UdpSocket {
    const socket = openNative(this.libc, host, port, bufferBytes);
    this.sockets.push(socket);
    return { address: socket.address, bufferBytes: socket.bufferBytes, close: () => this.close() };
  }

  /**
   * Starts to receive.
   * @throws Error where the thread does not start.
   */
  async start(): Promise<void> {
    const ring = makeRing(this.queueBytes);
    this.reader = new RingReader(ring);
    this.reader.sleep();
    const workerData: ThreadData = { fds: this.sockets.map(({ fd }) => fd), ring };
    const worker = startThread('./receiveThread.mjs', './receive/native/thread.ts', { workerData });
    this.worker = worker;
    worker.on('message', (message: ThreadMessage) => this.onMessage(message));
    await once(worker, 'message');
    worker.on('error', (error) => this.events.onError(error, this.sockets[0]!.address));
  }

  /** Closes all of its sockets, after what has come was handed on. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    const { worker, reader } = this;
    if (worker !== undefined && reader !== undefined && worker.threadId >= 0) {
      const exited = once(worker, 'exit');
      reader.stop();
      await exited;
      while (this.takeTurn(reader)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    this.reader = undefined;
    this.sockets.forEach(({ fd }) => this.libc.close(fd));
  }

  private onMessage(message: ThreadMessage): void {
    if (message === 'datagrams') {
      this.drain();
    } else if (message !== 'ready') {
      this.events.onError(new Error(message.error), this.addressOf(message.socket));
    }
  }

  private readonly drain = (): void => {
    const { reader } = this;
    if (reader !== undefined && (this.takeTurn(reader) || !reader.sleep())) {
      setImmediate(this.drain);
    }
  };

  /** @returns whether there are more. */
  private takeTurn(reader: RingReader): boolean {
    return reader.take(TURN, this.datagramOf, this.events.onDatagrams);
  }

  private readonly datagramOf = (
    payload: Buffer,
    _socket: number,
    port: number,
    words: Int32Array,
    addressAt: number,
    receivedMs: number
  ): Datagram => ({ payload, address: this.senders.spelling(words, addressAt), port, receivedMs });

  private addressOf(socket: number): Listen {
    return this.sockets[socket]!.address;
  }
}
