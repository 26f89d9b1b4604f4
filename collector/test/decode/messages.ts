/** Builds messages for tests, field by field, so that a test shows the bytes that it is about. */

/** Bytes from hexadecimal digits; blanks are left out. */
export const bytes = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'hex');

const u16 = (value: number) => value.toString(16).padStart(4, '0');
const u32 = (value: number) => (value >>> 0).toString(16).padStart(8, '0');

/** A field specifier: element, length in bytes (65535: each record says), enterprise. */
export type Field = readonly [id: number, length: number, pen?: number];

const specifier = ([id, length, pen]: Field) =>
  pen === undefined ? u16(id) + u16(length) : u16(id | 0x8000) + u16(length) + u32(pen);

/** A set or flowset: its number and length before what it holds. */
export function set(id: number, body: string): string {
  const content = body.replace(/\s+/g, '');
  return u16(id) + u16(4 + content.length / 2) + content;
}

/** A template definition of IPFIX, or of NetFlow v9 where no field has an enterprise. */
export function template(id: number, ...fields: Field[]): string {
  return u16(id) + u16(fields.length) + fields.map(specifier).join('');
}

/** An options template definition of IPFIX; the first fields are the scope. */
export function optionsTemplate(id: number, scope: readonly Field[], ...fields: Field[]): string {
  return (
    u16(id) + u16(scope.length + fields.length) + u16(scope.length) + [...scope, ...fields].map(specifier).join('')
  );
}

/** An options template definition of NetFlow v9. */
export function optionsTemplate9(id: number, scope: readonly Field[], ...fields: Field[]): string {
  return u16(id) + u16(4 * scope.length) + u16(4 * fields.length) + [...scope, ...fields].map(specifier).join('');
}

/** What tests say of a message's header; the rest has values of its own. */
export interface Header {
  readonly exportS?: number;
  readonly sequence?: number;
  readonly domain?: number;
  /** NetFlow v5 and v9: milliseconds. */
  readonly uptime?: number;
}

/** When the messages of tests are exported, in seconds since the Unix epoch. */
export const EXPORT_S = 1_700_000_000;

/** An IPFIX message of sets. */
export function ipfix(sets: readonly string[], { exportS = EXPORT_S, sequence = 1, domain = 7 }: Header = {}): Buffer {
  const body = sets.join('');
  return bytes(u16(10) + u16(16 + body.length / 2) + u32(exportS) + u32(sequence) + u32(domain) + body);
}

/** A NetFlow v9 packet of flowsets. */
export function netflow9(flowsets: readonly string[], header: Header = {}): Buffer {
  const { exportS = EXPORT_S, sequence = 1, domain = 7, uptime = 1_000_000 } = header;
  return bytes(
    u16(9) + u16(flowsets.length) + u32(uptime) + u32(exportS) + u32(sequence) + u32(domain) + flowsets.join('')
  );
}

/** A NetFlow v5 packet of records of 48 bytes each. */
export function netflow5(
  records: readonly string[],
  header: Header & { count?: number; sampling?: number } = {}
): Buffer {
  const { exportS = EXPORT_S, sequence = 1, domain = 0, uptime = 1_000_000 } = header;
  const { count = records.length, sampling = 0 } = header;
  return bytes(
    u16(5) +
      u16(count) +
      u32(uptime) +
      u32(exportS) +
      u32(500_000_000) +
      u32(sequence) +
      u16(domain) +
      u16(sampling) +
      records.join('')
  );
}

/** Fields of a short flow: addresses, octets, packets. */
export const SHORT: readonly Field[] = [
  [8, 4],
  [12, 4],
  [1, 4],
  [2, 4],
];

/** A record for `SHORT`: from 10.0.0.`last` to 10.0.1.1, 1,000 octets in 10 packets. */
export const short = (last = 1) =>
  `0a0000${last.toString(16).padStart(2, '0')} 0a000101 000003e8 0000000a`.replace(/ /g, '');
