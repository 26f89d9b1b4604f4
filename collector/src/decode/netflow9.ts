import { decodeSets } from './ipfix';
import type { Session } from './session';
import { uint32 } from './values';

const HEADER = 20;
const TEMPLATE_FLOWSET = 0;
const OPTIONS_TEMPLATE_FLOWSET = 1;

/** Decodes a NetFlow v9 packet (RFC 3954 §5.1). Its record count is not used: the flowsets have lengths. */
export function decodeNetflow9(bytes: Buffer, session: Session): void {
  if (bytes.length < HEADER) {
    session.lose('malformed', 1, `a NetFlow v9 packet of ${bytes.length} bytes ends inside its header`);
    return;
  }
  session.begin({
    version: 9,
    uptimeMs: uint32(bytes, 4),
    exportMs: uint32(bytes, 8) * 1000,
    sequence: uint32(bytes, 12),
    domain: uint32(bytes, 16),
  });
  decodeSets(bytes, HEADER, bytes.length, session, TEMPLATE_FLOWSET, OPTIONS_TEMPLATE_FLOWSET);
}
