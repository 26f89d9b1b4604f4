import type { Side } from '../groups';
import type { Ask } from '../recipe';

/** Rows of a list of the largest. */
export const ROWS = 8;

/** What is sent, and what is received. */
export const SENT_RECEIVED = ({ sent, received }: { sent: Ask; received: Ask }): readonly Side[] => [
  { ask: sent, title: 'sent' },
  { ask: received, title: 'received' },
];
