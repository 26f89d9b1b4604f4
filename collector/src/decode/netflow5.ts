import { Observation } from './observation';
import type { Session } from './session';
import { ipv4, uint16, uint32 } from './values';

const HEADER = 24;
const RECORD = 48;
/** A NetFlow v5 packet has no more: more would not fit a 1,500 byte frame. */
const RECORDS_MAX = 30;
/** The upper two bits of the header's last field are the sampling mode, the rest is the interval. */
const INTERVAL_BITS = 0x3fff;

/** Overwritten by each record: decoding does not pause between reading and using it. */
const said = new Observation();
said.ipVersion = 4;

/**
 * Decodes a NetFlow v5 packet: a header of 24 bytes and up to 30 records of 48 (Cisco's NetFlow Services Solutions
 * Guide). The sampling interval counts whatever the mode says: exporters leave that 0.
 */
export function decodeNetflow5(bytes: Buffer, session: Session): void {
  if (bytes.length < HEADER) {
    session.lose('malformed', 1, `a NetFlow v5 packet of ${bytes.length} bytes ends inside its header`);
    return;
  }
  const count = uint16(bytes, 2);
  if (count === 0 || count > RECORDS_MAX) {
    session.lose('malformed', 1, `a NetFlow v5 packet says that it has ${count} records; 1 to ${RECORDS_MAX} can be`);
    return;
  }
  const complete = Math.min(count, Math.floor((bytes.length - HEADER) / RECORD));
  if (complete < count) {
    session.lose('malformed', count - complete, `a NetFlow v5 packet of ${count} records ends after ${complete}`);
  }
  session.begin({
    version: 5,
    uptimeMs: uint32(bytes, 4),
    exportMs: uint32(bytes, 8) * 1000 + Math.floor(uint32(bytes, 12) / 1_000_000),
    sequence: uint32(bytes, 16),
    domain: uint16(bytes, 20),
  });
  const rate = uint16(bytes, 22) & INTERVAL_BITS || undefined;
  for (let index = 0; index < complete; index++) {
    readRecord(bytes, HEADER + index * RECORD);
    session.addFlow(said, rate, false);
  }
  session.countRecords(count);
}

function readRecord(bytes: Buffer, at: number): void {
  said.srcV4 = ipv4(bytes, at);
  said.dstV4 = ipv4(bytes, at + 4);
  said.ingressInterface = uint16(bytes, at + 12);
  said.egressInterface = uint16(bytes, at + 14);
  said.packets = uint32(bytes, at + 16);
  said.bytes = uint32(bytes, at + 20);
  said.startUptimeMs = uint32(bytes, at + 24);
  said.endUptimeMs = uint32(bytes, at + 28);
  said.srcPort = uint16(bytes, at + 32);
  said.dstPort = uint16(bytes, at + 34);
  said.tcpFlags = bytes[at + 37]!;
  said.proto = bytes[at + 38]!;
  said.tos = bytes[at + 39]!;
}
