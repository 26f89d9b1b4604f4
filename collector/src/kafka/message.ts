import { isIP } from 'node:net';
import type { Datagram } from '../flow';

/** What a message in Kafka says: a datagram came in, or a session (connection) of an exporter has ended. */
export type DatagramMessage =
  | { readonly kind: 'datagram'; readonly datagram: Datagram }
  | { readonly kind: 'sessionEnd'; readonly address: string; readonly session: string };

const VERSION = 1;
const UDP = 0;
const SESSION = 1;
const SESSION_END = 2;

/** Version, kind, source port, two bytes of no use, time; then the two texts, each behind its length. */
const FIXED = 1 + 1 + 2 + 2 + 6;
const MAX_TEXT = 64;
/** More is no UDP payload and no IPFIX message, whose lengths have 16 bits. */
const MAX_PAYLOAD = 65_535;
/** Loki holds times up to the year 2262. */
const MAX_MS = 9_223_372_036_854;

/** The value of the message for a datagram. */
export function encodeDatagram({ payload, address, port, receivedMs, session }: Datagram): Buffer {
  return encode(session === undefined ? UDP : SESSION, address, session ?? '', port, receivedMs, payload);
}

/** The value of the message that says that a session has ended. */
export function encodeSessionEnd(address: string, session: string, nowMs: number): Buffer {
  return encode(SESSION_END, address, session, 0, nowMs, Buffer.alloc(0));
}

function encode(kind: number, address: string, session: string, port: number, ms: number, payload: Buffer): Buffer {
  const addressBytes = Buffer.byteLength(address);
  const sessionBytes = Buffer.byteLength(session);
  const value = Buffer.allocUnsafe(FIXED + 2 + addressBytes + sessionBytes + payload.length);
  value[0] = VERSION;
  value[1] = kind;
  value.writeUInt16BE(port, 2);
  value.writeUInt16BE(0, 4);
  value.writeUIntBE(ms, 6, 6);
  let at = FIXED;
  value[at++] = addressBytes;
  at += value.write(address, at, 'latin1');
  value[at++] = sessionBytes;
  at += value.write(session, at, 'latin1');
  payload.copy(value, at);
  return value;
}

/**
 * Reads the value of a message. Whoever may write to the topic may have written it: nothing of it is believed unseen.
 * @throws Error that says what is wrong with it.
 */
export function decodeMessage(value: Buffer): DatagramMessage {
  if (value.length < FIXED + 2) {
    throw new Error(`a message of ${value.length} bytes is too short to be a datagram with its origin`);
  }
  if (value[0] !== VERSION) {
    throw new Error(`message version ${value[0]}, this collector reads ${VERSION}; update the older side`);
  }
  const kind = value[1]!;
  const receivedMs = value.readUIntBE(6, 6);
  const address = textAt(value, FIXED, 'address');
  const session = textAt(value, FIXED + 1 + address.length, 'session');
  const payload = value.subarray(FIXED + 2 + address.length + session.length);
  if (isIP(address) === 0) {
    throw new Error(`'${printable(address)}' is no address of an exporter`);
  }
  if (receivedMs === 0 || receivedMs > MAX_MS) {
    throw new Error(`${receivedMs} ms is no time at which something was received`);
  }
  if (kind > SESSION_END || (kind === UDP) !== (session === '') || !/^[\w ]*$/.test(session)) {
    throw new Error(`kind ${kind} with session '${printable(session)}' is none that a receiver writes`);
  }
  if (kind === SESSION_END) {
    return { kind: 'sessionEnd', address, session };
  }
  if (payload.length > MAX_PAYLOAD) {
    throw new Error(`a payload of ${payload.length} bytes is longer than any datagram`);
  }
  const datagram: Datagram = {
    payload,
    address,
    port: value.readUInt16BE(2),
    receivedMs,
    ...(session !== '' && { session }),
  };
  return { kind: 'datagram', datagram };
}

function textAt(value: Buffer, at: number, what: string): string {
  const length = value[at];
  // The length of the session has to be there behind the address, too.
  const end = at + 1 + (length ?? 0);
  if (length === undefined || length > MAX_TEXT || end > value.length) {
    throw new Error(`the ${what} of a message goes beyond its end`);
  }
  return value.toString('latin1', at + 1, end);
}

const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, '?');
