import type { Datagram, LossReason } from '../flow';
import { Admission } from './admission';
import type { ReceiveConfig } from './config';
import { kernelDrops } from './kernelDrops';
import { listenText, type Listen } from './listen';
import { Connections, openTcp, openTls, type StreamContext, type StreamServer } from './stream/server';
import { loadLibc, NativeSockets } from './native';
import { openDgram, openUdp, type OpenSocket, type UdpEvents, type UdpSocket } from './udp';

export { receiveConfig, type ReceiveConfig } from './config';
export { listenSetting, listenText, parseListen, type Listen } from './listen';

/** What the receiver tells. */
export interface ReceiverEvents {
  /**
   * Datagrams, or an IPFIX message of a connection, that are taken. Many at once where they come fast; payloads are there
   * until the call returns.
   */
  readonly onDatagrams: (datagrams: readonly Datagram[]) => void;
  /** A connection has ended; its templates are void. */
  readonly onSessionEnd: (address: string, session: string) => void;
  /** Something that was not taken; `exporter` is an address, or a socket of our own. */
  readonly onLoss: (reason: LossReason, exporter: string, count: number, detail: string) => void;
  /** Datagrams a second that one exporter may send, where it has a limit of its own. */
  readonly rateOf?: (address: string) => number | undefined;
}

/** Those who may not send are not told apart: anybody can be one, and the exporters that are told apart are few. */
const OTHERS = 'other';

/** The sockets that exporters send to. */
export class Receiver {
  /** As far as it was seen: the kernel forgets a socket's drops with the socket. */
  private readonly drops = new Map<number, number>();

  private constructor(
    /** How datagrams are taken from the kernel. */
    readonly method: Method,
    private readonly sockets: readonly UdpSocket[],
    private readonly servers: readonly StreamServer[],
    private readonly streams: Connections
  ) {}

  /**
   * Opens every socket of `receive`; datagrams are handed on from then on.
   * @throws Error where one cannot be opened; the others are closed again.
   */
  static async open(config: ReceiveConfig, events: ReceiverEvents): Promise<Receiver> {
    const admission = new Admission(config, events.rateOf);
    const context = streamContext(config, admission, events);
    const sockets: UdpSocket[] = [];
    const servers: StreamServer[] = [];
    const { method, open, start } = openerOf(config, {
      onDatagrams: guarded(admission, events),
      onError: (error, address) => events.onLoss('receive_error', listenText(address), 1, error.message),
    });
    const receiver = new Receiver(method, sockets, servers, context.connections);
    try {
      for (const listen of config.listen) {
        sockets.push(await openUdp(listen, open));
      }
      await start();
      for (const listen of config.tcp.listen) {
        servers.push(await openTcp(listen, context));
      }
      for (const listen of config.tls.listen) {
        servers.push(await openTls(listen, config.tls, context));
      }
    } catch (error) {
      await receiver.close();
      throw error;
    }
    return receiver;
  }

  /** Where it listens for datagrams; a port set as 0 shows as the one it got. */
  get addresses(): Listen[] {
    return this.sockets.map(({ address }) => address);
  }

  /** Where it listens for connections of a kind. */
  streamAddresses(kind: StreamServer['kind']): Listen[] {
    return this.servers.filter((server) => server.kind === kind).map(({ address }) => address);
  }

  /** All addresses in words: `2055`, `tcp 4739`, `tls 4740`. */
  get listening(): string[] {
    return [
      ...this.addresses.map(listenText),
      ...this.servers.map(({ kind, address }) => `${kind} ${listenText(address)}`),
    ];
  }

  /** Connections that are open. */
  get connections(): number {
    return this.streams.open;
  }

  /** Bytes of the smallest socket buffer. */
  get bufferBytes(): number {
    return Math.min(...this.sockets.map(({ bufferBytes }) => bufferBytes));
  }

  /** Datagrams that the kernel dropped, by port, also once it is closed; undefined where the kernel does not tell. */
  async kernelDrops(): Promise<Map<number, number> | undefined> {
    const now = await kernelDrops(this.addresses.map(({ port }) => port));
    if (now === undefined) {
      return undefined;
    }
    for (const [port, count] of now) {
      this.drops.set(port, Math.max(count, this.drops.get(port) ?? 0));
    }
    return new Map(this.drops);
  }

  /** Closes the sockets and all connections. */
  async close(): Promise<void> {
    await this.kernelDrops();
    await Promise.all([...this.sockets, ...this.servers].map((socket) => socket.close()));
  }
}

/** The way that datagrams are taken from the kernel. */
export interface Method {
  readonly name: 'recvmmsg' | 'dgram';
  /** Why it is not recvmmsg, where that was to be used if it can be had. */
  readonly reason?: string;
}

interface Opener {
  readonly method: Method;
  readonly open: OpenSocket;
  /** Called once all sockets are open. */
  readonly start: () => void | Promise<void>;
}

/** @throws Error where `receive.method` asks for what there is not. */
function openerOf({ method, socketBufferBytes, queueBytes }: ReceiveConfig, events: UdpEvents): Opener {
  let reason: string | undefined;
  if (method !== 'dgram') {
    try {
      const native = new NativeSockets(loadLibc(), queueBytes, events);
      return {
        method: { name: 'recvmmsg' },
        open: (host, port) => native.open(host, port, socketBufferBytes),
        start: () => native.start(),
      };
    } catch (error) {
      reason = (error as Error).message;
      if (method === 'recvmmsg') {
        throw new Error(`cannot receive by recvmmsg: ${reason}; set receive.method to auto or dgram`, { cause: error });
      }
    }
  }
  return {
    method: { name: 'dgram', reason },
    open: (host, port) => openDgram(host, port, socketBufferBytes, events),
    start: () => undefined,
  };
}

/** Hands on the datagrams that may be sent, and counts the rest. */
function guarded(admission: Admission, { onDatagrams, onLoss }: ReceiverEvents): ReceiverEvents['onDatagrams'] {
  const isAdmitted = ({ address, receivedMs }: Datagram) => {
    const refusal = admission.refusal(address, receivedMs);
    if (refusal === 'refused') {
      onLoss(refusal, OTHERS, 1, `a datagram from ${address}, which no network of receive.allow holds`);
    } else if (refusal !== undefined) {
      onLoss(refusal, address, 1, 'it sends more datagrams a second than its limit');
    }
    return refusal === undefined;
  };
  return (datagrams) => {
    const admitted = datagrams.filter(isAdmitted);
    if (admitted.length > 0) {
      onDatagrams(admitted);
    }
  };
}

function streamContext(
  { tcp }: ReceiveConfig,
  admission: Admission,
  { onDatagrams, onSessionEnd, onLoss }: ReceiverEvents
): StreamContext {
  return {
    limits: tcp,
    connections: new Connections(tcp),
    admission,
    events: {
      onDatagram: (message) => onDatagrams([message]),
      onSessionEnd,
      onMalformed: (address, detail) => onLoss('malformed', address, 1, detail),
      onTooMany: (address, detail) => onLoss('connection_limit', address, 1, detail),
      onRefused: (address) =>
        onLoss('refused', OTHERS, 1, `a connection from ${address}, which no network of receive.allow holds`),
      onError: (error, address) => onLoss('receive_error', address, 1, error.message),
    },
  };
}
