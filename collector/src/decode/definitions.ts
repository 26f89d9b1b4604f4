import type { FieldSpecifier, TemplateDefinition } from './template';
import { uint16, uint32 } from './values';

/** IPFIX set and NetFlow v9 flowset numbers below this one hold templates or are reserved; data sets start here. */
export const FIRST_DATA_SET = 256;

const ENTERPRISE_BIT = 0x8000;

/** A template definition where it stands in a message, or what is wrong with it. */
export type ParsedDefinition =
  | { readonly id: number; readonly definition: TemplateDefinition; readonly start: number; readonly end: number }
  | { readonly id: number; readonly withdrawn: true }
  | { readonly id: number; readonly problem: string };

/**
 * The definitions of a template set or options template set (IPFIX set 2 or 3, RFC 7011 §3.4; NetFlow v9 flowset 0
 * or 1, RFC 3954 §5.2, §6.1), in their order. It stops at padding, and after a definition that cannot be read.
 * @param at where the first definition starts, behind the set's header.
 * @param end where the set ends.
 */
export function* parseDefinitions(
  bytes: Buffer,
  at: number,
  end: number,
  version: 9 | 10,
  options: boolean
): Generator<ParsedDefinition> {
  const parse = version === 10 ? parseIpfix : parseV9;
  const last = lastNonZero(bytes, at, end);
  let position = at;
  while (position + 4 <= end && position <= last) {
    const { parsed, next } = parse(bytes, position, end, options);
    yield parsed;
    if ('problem' in parsed) {
      return;
    }
    position = next;
  }
}

/**
 * What a definition says, as text: equal keys stand for equal definitions.
 * @param bytes the definition as it was sent, without its number.
 */
export function definitionKey(version: 9 | 10, options: boolean, bytes: Buffer): string {
  return `${version}${options ? 'o' : 't'}${bytes.toString('latin1')}`;
}

interface Step {
  readonly parsed: ParsedDefinition;
  readonly next: number;
}

const failed = (id: number, problem: string): Step => ({ parsed: { id, problem }, next: 0 });

/** Where padding begins behind it; before `at` where there is nothing else. */
function lastNonZero(bytes: Buffer, at: number, end: number): number {
  let last = end - 1;
  while (last >= at && bytes[last] === 0) {
    last--;
  }
  return last;
}

function parseIpfix(bytes: Buffer, at: number, end: number, options: boolean): Step {
  const id = uint16(bytes, at);
  const count = uint16(bytes, at + 2);
  if (count === 0) {
    return { parsed: { id, withdrawn: true }, next: at + 4 };
  }
  if (id < FIRST_DATA_SET) {
    return failed(id, `template number ${id} is below ${FIRST_DATA_SET}`);
  }
  const header = options ? 6 : 4;
  if (at + header > end) {
    return failed(id, `options template ${id} ends inside its header`);
  }
  const scopes = options ? uint16(bytes, at + 4) : 0;
  if (scopes > count) {
    return failed(id, `options template ${id} has ${scopes} scope fields of ${count} fields`);
  }
  const fields: FieldSpecifier[] = [];
  let position = at + header;
  for (let index = 0; index < count; index++) {
    const size = position < end && (bytes[position]! & 0x80) !== 0 ? 8 : 4;
    if (position + size > end) {
      return failed(id, `template ${id} announces ${count} fields, its set ends after ${index}`);
    }
    const number = uint16(bytes, position);
    fields.push({
      pen: size === 8 ? uint32(bytes, position + 4) : 0,
      id: number & ~ENTERPRISE_BIT,
      length: uint16(bytes, position + 2),
      scope: index < scopes,
    });
    position += size;
  }
  return { parsed: { id, definition: { version: 10, options, fields }, start: at, end: position }, next: position };
}

function parseV9(bytes: Buffer, at: number, end: number, options: boolean): Step {
  const id = uint16(bytes, at);
  if (id < FIRST_DATA_SET) {
    return failed(id, `template number ${id} is below ${FIRST_DATA_SET}`);
  }
  const header = options ? 6 : 4;
  if (at + header > end) {
    return failed(id, `options template ${id} ends inside its header`);
  }
  // An options template gives the lengths of its scope and of its other fields in bytes, 4 for each field.
  const scopeBytes = options ? uint16(bytes, at + 2) : 0;
  const fieldBytes = options ? uint16(bytes, at + 4) : 4 * uint16(bytes, at + 2);
  if (scopeBytes % 4 !== 0 || fieldBytes % 4 !== 0) {
    return failed(id, `options template ${id} has field lengths of ${scopeBytes} and ${fieldBytes}, no multiples of 4`);
  }
  if (scopeBytes + fieldBytes === 0) {
    return failed(id, `template ${id} has no fields`);
  }
  const start = at + header;
  const next = start + scopeBytes + fieldBytes;
  if (next > end) {
    const count = (scopeBytes + fieldBytes) / 4;
    return failed(id, `template ${id} announces ${count} fields, its set ends after ${Math.floor((end - start) / 4)}`);
  }
  const fields: FieldSpecifier[] = [];
  for (let position = start; position < next; position += 4) {
    const scope = position < start + scopeBytes;
    fields.push({ pen: 0, id: uint16(bytes, position), length: uint16(bytes, position + 2), scope });
  }
  return { parsed: { id, definition: { version: 9, options, fields }, start: at, end: next }, next };
}
