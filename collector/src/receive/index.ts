import type { ReceiveConfig } from './config';
import { kernelDrops } from './kernelDrops';
import type { Listen } from './listen';
import { openUdp, type UdpEvents, type UdpSocket } from './udp';

export { receiveConfig, type ReceiveConfig } from './config';
export { listenSetting, listenText, parseListen, type Listen } from './listen';

/** The sockets that exporters send to. */
export class Receiver {
  private constructor(private readonly sockets: readonly UdpSocket[]) {}

  /**
   * Opens every socket of `receive.listen`; datagrams are handed on from then on.
   * @throws Error where one cannot be opened; the others are closed again.
   */
  static async open(config: ReceiveConfig, events: UdpEvents): Promise<Receiver> {
    const sockets: UdpSocket[] = [];
    try {
      for (const listen of config.listen) {
        sockets.push(await openUdp(listen, config.socketBufferBytes, events));
      }
    } catch (error) {
      await Promise.all(sockets.map((socket) => socket.close()));
      throw error;
    }
    return new Receiver(sockets);
  }

  /** Where it listens; a port set as 0 shows as the one it got. */
  get addresses(): Listen[] {
    return this.sockets.map(({ address }) => address);
  }

  /** Bytes of the smallest socket buffer. */
  get bufferBytes(): number {
    return Math.min(...this.sockets.map(({ bufferBytes }) => bufferBytes));
  }

  /** Datagrams that the kernel dropped, by port; undefined where the kernel does not tell. */
  kernelDrops(): Promise<Map<number, number> | undefined> {
    return kernelDrops(this.addresses.map(({ port }) => port));
  }

  /** Closes the sockets. */
  async close(): Promise<void> {
    await Promise.all(this.sockets.map((socket) => socket.close()));
  }
}
