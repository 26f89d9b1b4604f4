import type { Socket } from 'node:net';
import type { Datagram } from '../../flow';
import type { TcpConfig } from './config';
import { FramingError, MessageFramer } from './framer';

/** What a connection tells. */
export interface ConnectionEvents {
  /** An IPFIX message, with the session that its templates belong to. */
  readonly onMessage: (message: Datagram) => void;
  /** @returns for how many milliseconds nothing is to be read, after so many messages were. */
  readonly waitMs: (messages: number) => number;
  /** Bytes that are no message, or the beginning of one that never ended. */
  readonly onMalformed: (address: string, detail: string) => void;
  /** The session has ended: its templates are void (RFC 7011 §8.4). */
  readonly onEnd: (address: string, session: string) => void;
}

/** The peer of a connection, and the name of its session. */
export interface Peer {
  readonly address: string;
  readonly port: number;
  readonly session: string;
}

/**
 * Reads the IPFIX messages of a connection until it ends, sends something else, or is slower than the limits allow. One
 * that is faster than it may be is read no faster than that.
 * @param socket of TCP or TLS, after its handshake.
 */
export function readConnection(socket: Socket, peer: Peer, limits: TcpConfig, events: ConnectionEvents): void {
  const framer = new MessageFramer();
  let deadline: NodeJS.Timeout | undefined;
  let pause: NodeJS.Timeout | undefined;
  let hasGivenUp = false;
  const giveUp = (detail: string) => {
    hasGivenUp = true;
    events.onMalformed(peer.address, detail);
    socket.destroy();
  };
  const awaitRest = (isPending: boolean, isNew: boolean) => {
    if (!isPending || isNew) {
      clearTimeout(deadline);
      deadline = undefined;
    }
    if (isPending && deadline === undefined) {
      deadline = setTimeout(() => {
        giveUp(`an IPFIX message was not complete after ${limits.messageSeconds} s: ${framer.pending} bytes came`);
      }, limits.messageSeconds * 1000);
    }
  };
  const idleMs = limits.idleSeconds * 1000;
  // While nothing is read, TCP slows the sender down, and the limits on its silence and slowness do not count.
  const slowDown = (ms: number) => {
    clearTimeout(deadline);
    deadline = undefined;
    socket.pause();
    socket.setTimeout(0);
    pause = setTimeout(() => {
      socket.setTimeout(idleMs);
      awaitRest(framer.pending > 0, false);
      socket.resume();
    }, ms);
  };
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    let complete = 0;
    try {
      for (const payload of framer.push(chunk)) {
        complete++;
        events.onMessage({ payload, ...peer, receivedMs: Date.now() });
      }
      awaitRest(framer.pending > 0, complete > 0);
      const ms = events.waitMs(complete);
      if (ms > 0) {
        slowDown(ms);
      }
    } catch (error) {
      if (!(error instanceof FramingError)) {
        throw error;
      }
      giveUp(error.message);
    }
  });
  socket.on('close', () => {
    clearTimeout(deadline);
    clearTimeout(pause);
    if (framer.pending > 0 && !hasGivenUp) {
      events.onMalformed(peer.address, `the connection ended inside an IPFIX message, after ${framer.pending} bytes`);
    }
    events.onEnd(peer.address, peer.session);
  });
}
