/** NetFlow v5 and v9, IPFIX (10), sFlow v5. */
export type MessageVersion = 5 | 9 | 10 | 'sflow5';

/** What the header of a message says. */
export interface MessageHeader {
  readonly version: MessageVersion;
  /** Observation domain, source id, engine, or sub-agent. */
  readonly domain: number;
  readonly sequence: number;
  /** When it was exported, milliseconds since the Unix epoch. */
  readonly exportMs: number;
  /** NetFlow v5 and v9: milliseconds since the exporter's start, 32 bits. */
  readonly uptimeMs?: number;
}
