import {
  DIRECTION,
  portsNamed,
  protocolNumber,
  type FieldName,
  type FieldType,
  type FieldUnit,
} from '@netobserv-flows/schema';
import { parseQuantity } from '../units/quantity';
import { failure, success, type Result } from '../result';

/** Whole numbers from `from` to `to`, both included; `to` may be `Infinity`. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** What decides how the numbers of a field are written, and which there are. */
export interface NumberField {
  readonly field: string;
  readonly type: FieldType;
  readonly unit?: FieldUnit;
}

const PORT_MAX = 65535;

/** Largest values by the width of the field on the wire (RFC 791, 792, 2474, 9293, IEEE 802.1Q). */
const MAXIMA: Readonly<Partial<Record<FieldName, number>>> = {
  Flags: PORT_MAX,
  IcmpType: 255,
  IcmpCode: 255,
  Dscp: 63,
  Etype: PORT_MAX,
  VlanId: 4095,
  CustomerVlanId: 4095,
  MplsLabels: 0xfffff,
  IngressVRFID: 0xffffffff,
  EgressVRFID: 0xffffffff,
  TunnelType: 255,
  ObservationDomainId: 0xffffffff,
};

const TYPE_MAXIMA: Readonly<Partial<Record<FieldType, number>>> = { port: PORT_MAX, protocol: 255, direction: 2 };

/** The largest value that a field can have. */
export function maximumOf({ field, type }: NumberField): number {
  return TYPE_MAXIMA[type] ?? MAXIMA[field as FieldName] ?? Number.MAX_SAFE_INTEGER;
}

const KINDS: Readonly<Partial<Record<FieldType, string>>> = {
  port: 'a port (0 to 65535) or the name of one',
  protocol: 'a protocol number (0 to 255) or the name of one',
  direction: 'a direction; ingress, egress and inner (0, 1, 2) are',
};

function kindOf(field: NumberField): string {
  if (field.unit === 'bytes') {
    return 'a number of bytes, such as 1500, 1MB or 10KiB';
  }
  if (field.unit === 'ms' || field.unit === 's') {
    return `a time, in ${field.unit} since 1970 or as 2026-01-31T12:00:00Z`;
  }
  const maximum = maximumOf(field);
  return KINDS[field.type] ?? (maximum < Number.MAX_SAFE_INTEGER ? `a number from 0 to ${maximum}` : 'a whole number');
}

/** Whether there is such a day: `Date` takes the 31st of February for the 3rd of March. */
function isDay(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

/** An instant with its offset (RFC 3339), in the unit of the field. */
function parseTime(text: string, unit: 'ms' | 's'): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i.test(text)) {
    return undefined;
  }
  const ms = Date.parse(text);
  return Number.isNaN(ms) || !isDay(text.slice(0, 10)) ? undefined : Math.floor(unit === 'ms' ? ms : ms / 1000);
}

function named(text: string, { type, unit }: NumberField): readonly number[] {
  if (type === 'port') {
    return portsNamed(text);
  }
  if (type === 'protocol') {
    const proto = protocolNumber(text);
    return proto === undefined ? [] : [proto];
  }
  if (type === 'direction') {
    const direction = (DIRECTION as Readonly<Record<string, number>>)[text.toLowerCase()];
    return typeof direction === 'number' ? [direction] : [];
  }
  const value = unit === 'ms' || unit === 's' ? parseTime(text, unit) : parseQuantity(text, unit === 'bytes');
  return value === undefined ? [] : [value];
}

/** All the numbers that a text without a dash stands for: a name may stand for several ports. */
function parseNumbers(text: string, field: NumberField): Result<readonly number[]> {
  const trimmed = text.trim();
  const values = /^\d+$/.test(trimmed) ? [Number(trimmed)] : named(trimmed, field);
  const maximum = maximumOf(field);
  if (values.length === 0 || values.some((value) => value > maximum)) {
    return failure(`${text} is not ${kindOf(field)}`);
  }
  return success(values);
}

function parseSpan(text: string, dash: number, field: NumberField): Result<readonly NumberRange[]> {
  const [first, last] = [parseNumbers(text.slice(0, dash), field), parseNumbers(text.slice(dash + 1), field)];
  if (!first.ok || !last.ok) {
    const which = first.ok ? last : first;
    return which.ok ? failure(`${text} is not a range`) : which;
  }
  const [from, to] = [Math.min(...first.value), Math.max(...last.value)];
  return from > to
    ? failure(`${text} runs backwards; write ${text.slice(dash + 1)}-${text.slice(0, dash)}`)
    : success([{ from, to }]);
}

/**
 * Reads one value of a filter on numbers: a number, a name (`https`, `udp`, `ingress`), an amount with a unit, a time,
 * or a range `1024-65535`.
 * @returns the ranges it stands for, more than one where a name stands for several numbers.
 */
export function parseNumberRanges(text: string, field: NumberField): Result<readonly NumberRange[]> {
  const whole = parseNumbers(text, field);
  if (whole.ok) {
    return success(whole.value.map((value) => ({ from: value, to: value })));
  }
  // Names have dashes too (`ftp-data`): a range is one only where it is nothing else. Times have them in every value.
  const isTime = field.unit === 'ms' || field.unit === 's';
  const dashes = [...text.matchAll(/-/g)].map((match) => match.index ?? 0);
  if (dashes.length === 0 || (isTime && !/^\d+-\d+$/.test(text.trim()))) {
    return whole;
  }
  const candidates = dashes.map((dash) => parseSpan(text, dash, field));
  return candidates.find((candidate) => candidate.ok) ?? candidates[0] ?? whole;
}

/** Ranges in order, those that touch joined. */
export function joinRanges(ranges: readonly NumberRange[]): NumberRange[] {
  const joined: NumberRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = joined[joined.length - 1];
    if (last !== undefined && range.from <= last.to + 1) {
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else {
      joined.push(range);
    }
  }
  return joined;
}
