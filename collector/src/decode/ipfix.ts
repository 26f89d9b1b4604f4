import { FIRST_DATA_SET } from './definitions';
import type { Session } from './session';
import { uint16, uint32 } from './values';

const HEADER = 16;
const SET_HEADER = 4;
const TEMPLATE_SET = 2;
const OPTIONS_TEMPLATE_SET = 3;

/** Decodes an IPFIX message (RFC 7011 §3.1). */
export function decodeIpfix(bytes: Buffer, session: Session): void {
  if (bytes.length < HEADER) {
    session.lose('malformed', 1, `an IPFIX message of ${bytes.length} bytes ends inside its header`);
    return;
  }
  const length = uint16(bytes, 2);
  if (length < HEADER) {
    session.lose('malformed', 1, `an IPFIX message says that it has ${length} bytes, its header alone has ${HEADER}`);
    return;
  }
  if (length !== bytes.length) {
    session.lose('malformed', 1, `an IPFIX message says that it has ${length} bytes, ${bytes.length} came`);
  }
  session.begin({
    version: 10,
    exportMs: uint32(bytes, 4) * 1000,
    sequence: uint32(bytes, 8),
    domain: uint32(bytes, 12),
  });
  decodeSets(bytes, HEADER, Math.min(length, bytes.length), session, TEMPLATE_SET, OPTIONS_TEMPLATE_SET);
}

/**
 * Decodes the sets of an IPFIX message, or the flowsets of NetFlow v9: both have a number and a length before them.
 * @param templates number of the sets that define templates.
 * @param optionsTemplates number of the sets that define options templates.
 */
export function decodeSets(
  bytes: Buffer,
  from: number,
  end: number,
  session: Session,
  templates: number,
  optionsTemplates: number
): void {
  let at = from;
  while (at + SET_HEADER <= end) {
    const id = uint16(bytes, at);
    const length = uint16(bytes, at + 2);
    if (length < SET_HEADER) {
      session.lose('malformed', 1, `set ${id} says that it has ${length} bytes, its header alone has ${SET_HEADER}`);
      return;
    }
    if (at + length > end) {
      session.lose('malformed', 1, `set ${id} says that it has ${length} bytes, ${end - at} are left`);
    }
    const setEnd = Math.min(at + length, end);
    if (id === templates || id === optionsTemplates) {
      session.defineTemplates(bytes, at + SET_HEADER, setEnd, id === optionsTemplates);
    } else if (id >= FIRST_DATA_SET) {
      session.decodeData(bytes, id, at + SET_HEADER, setEnd);
    } else {
      session.lose('malformed', 1, `set ${id} is neither data nor templates`);
    }
    at += length;
  }
}
