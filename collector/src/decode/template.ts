import { elementOf, IPFIX_SCOPES, OVS_PEN, V9_SCOPES, type Element } from './elements';
import { Observation, type Slot } from './observation';
import { fixedReader, readField, variableReader, type FieldReader } from './readers';
import { uint16 } from './values';

/** The field length that says 'each record has its own' (RFC 7011 §7). */
export const VARIABLE_LENGTH = 0xffff;
/** A record's length byte that announces a length of two bytes more (RFC 7011 §7). */
const LONG_LENGTH = 255;

/** A field of a template as it was sent. */
export interface FieldSpecifier {
  /** Private enterprise number, 0 for IANA's. */
  readonly pen: number;
  readonly id: number;
  /** Bytes; `VARIABLE_LENGTH` in IPFIX where each record says. */
  readonly length: number;
  /** True for the scope fields of an options template. */
  readonly scope: boolean;
}

/** A template definition as it was sent. */
export interface TemplateDefinition {
  readonly version: 9 | 10;
  readonly options: boolean;
  readonly fields: readonly FieldSpecifier[];
}

interface Step {
  readonly reader: FieldReader;
  readonly offset: number;
  readonly length: number;
}

/** Fields at fixed offsets, then, except after the last, one field of variable length (`undefined`: skip it). */
interface Segment {
  readonly steps: readonly Step[];
  readonly length: number;
  readonly variable?: { readonly read: FieldReader | undefined };
}

/** Names follow the interface number that they belong to; the two occur twice where both interfaces are named. */
const INTERFACE_NAME = 82;
const INTERFACE_DESCRIPTION = 83;
const EGRESS_INTERFACES: ReadonlySet<number> = new Set([14, 253]);
const INGRESS_INTERFACES: ReadonlySet<number> = new Set([10, 252]);

/** Slots of which a record must have at least one to tell of a flow. */
const FLOW_SLOTS: readonly Slot[] = [
  ...(['srcV4', 'dstV4', 'srcV6', 'dstV6', 'srcMac', 'dstMac'] as const),
  ...(['bytes', 'packets', 'reverseBytes', 'reversePackets'] as const),
];

/** A template made ready: reads records into its observation, without looking at the definition again. */
export class Template {
  readonly options: boolean;
  /** Number of fields of the definition. */
  readonly size: number;
  /** Bytes of the shortest record that it describes; 0 for a template that must be refused. */
  readonly minLength: number;
  /** True where its records have an address or a counter, so that they tell of flows. */
  readonly tellsFlows: boolean;
  /** True where Open vSwitch made it: the counters are estimates of the real traffic already. */
  readonly prescaled: boolean;
  /** What the record read last said; the next `read` overwrites it. */
  readonly observation = new Observation();
  private readonly segments: readonly Segment[];

  constructor({ version, options, fields }: TemplateDefinition) {
    this.options = options;
    this.size = fields.length;
    this.minLength = fields.reduce((sum, field) => sum + (isVariable(field, version) ? 1 : field.length), 0);
    this.prescaled = !options && isOpenVSwitch(fields);
    const slots = assignSlots(fields, version);
    if (this.prescaled) {
      withoutDrops(slots);
    }
    const filled = new Set([...slots.values()].map(({ slot }) => slot));
    this.tellsFlows = !options && FLOW_SLOTS.some((slot) => filled.has(slot));
    this.segments = segmentsOf(fields, slots, version);
  }

  /**
   * Reads one record into `observation`.
   * @param at where the record starts.
   * @param end where its set ends: nothing is read from there on.
   * @returns its length in bytes, or -1 where it runs past the end.
   */
  read(bytes: Buffer, at: number, end: number): number {
    let position = at;
    for (const { steps, length, variable } of this.segments) {
      if (position + length > end) {
        return -1;
      }
      for (let i = 0; i < steps.length; i++) {
        const { reader, offset, length: bytesOfField } = steps[i]!;
        readField(reader, this.observation, bytes, position + offset, bytesOfField);
      }
      position += length;
      if (variable !== undefined) {
        position = this.readVariable(variable.read, bytes, position, end);
        if (position < 0) {
          return -1;
        }
      }
    }
    return position - at;
  }

  private readVariable(read: FieldReader | undefined, bytes: Buffer, at: number, end: number): number {
    if (at >= end) {
      return -1;
    }
    let start = at + 1;
    let length = bytes[at]!;
    if (length === LONG_LENGTH) {
      if (at + 3 > end) {
        return -1;
      }
      length = uint16(bytes, at + 1);
      start = at + 3;
    }
    if (start + length > end) {
      return -1;
    }
    if (read !== undefined) {
      readField(read, this.observation, bytes, start, length);
    }
    return start + length;
  }
}

function isVariable(field: FieldSpecifier, version: 9 | 10): boolean {
  return version === 10 && field.length === VARIABLE_LENGTH;
}

/** Which slot each field fills, by its index: the first of the lowest rank where several could. */
function assignSlots(fields: readonly FieldSpecifier[], version: 9 | 10): Map<number, Element> {
  const taken = new Map<Slot, { index: number; element: Element }>();
  let egress = false;
  fields.forEach((field, index) => {
    if (field.pen === 0 && !field.scope) {
      egress = EGRESS_INTERFACES.has(field.id) || (egress && !INGRESS_INTERFACES.has(field.id));
    }
    const element = elementFor(field, version, egress);
    const before = element && taken.get(element.slot);
    if (element !== undefined && (before === undefined || element.rank < before.element.rank)) {
      taken.set(element.slot, { index, element });
    }
  });
  return new Map([...taken.values()].map(({ index, element }) => [index, element]));
}

function elementFor(field: FieldSpecifier, version: 9 | 10, egress: boolean): Element | undefined {
  const { pen, id, scope } = field;
  const narrowed = scope && pen === 0 ? (version === 9 ? V9_SCOPES : IPFIX_SCOPES)[id] : undefined;
  if (narrowed !== undefined) {
    return { slot: narrowed, kind: 'unsigned', rank: 0 };
  }
  if (scope && version === 9) {
    return undefined;
  }
  if (pen === 0 && (id === INTERFACE_NAME || id === INTERFACE_DESCRIPTION)) {
    return { slot: egress ? 'egressName' : 'ingressName', kind: 'text', rank: id - INTERFACE_NAME };
  }
  return elementOf(pen, id);
}

function segmentsOf(
  fields: readonly FieldSpecifier[],
  slots: ReadonlyMap<number, Element>,
  version: 9 | 10
): Segment[] {
  const segments: Segment[] = [];
  let steps: Step[] = [];
  let length = 0;
  fields.forEach((field, index) => {
    const element = slots.get(index);
    if (isVariable(field, version)) {
      segments.push({ steps, length, variable: { read: element && variableReader(element) } });
      steps = [];
      length = 0;
      return;
    }
    const reader = element && fixedReader(element, field.length);
    if (reader !== undefined) {
      steps.push({ reader, offset: length, length: field.length });
    }
    length += field.length;
  });
  return length > 0 ? [...segments, { steps, length }] : segments;
}

/**
 * Open vSwitch finds by the actions of a packet's flow whether it was dropped. The first packet comes before its flow
 * is installed: without actions, it counts as dropped although it is forwarded. Such counters are of no use.
 */
function withoutDrops(slots: Map<number, Element>): void {
  for (const [index, { slot }] of slots) {
    if (slot === 'droppedBytes' || slot === 'droppedPackets') {
      slots.delete(index);
    }
  }
}

/** The elements that every template of Open vSwitch holds, in the order of its `ipfix_template_record_common`. */
const OVS_COMMON: readonly number[] = [138, 56, 80, 256, 240];
const OVS_DELTA_TIMES: readonly number[] = [158, 159];
const SAMPLING_ELEMENTS: ReadonlySet<number> = new Set([34, 48, 50, 302, 305, 306]);

/**
 * Open vSwitch multiplies its counters by its sampling rate before it exports them and sends no sampling element. It
 * is known by its templates: delta times, no sampling element, and either its enterprise's tunnel elements or the
 * elements that it starts every template with, in its order.
 */
function isOpenVSwitch(fields: readonly FieldSpecifier[]): boolean {
  const iana = fields.filter(({ pen }) => pen === 0).map(({ id }) => id);
  if (!OVS_DELTA_TIMES.every((id) => iana.includes(id)) || iana.some((id) => SAMPLING_ELEMENTS.has(id))) {
    return false;
  }
  const common = iana.filter((id) => OVS_COMMON.includes(id));
  return fields.some(({ pen }) => pen === OVS_PEN) || OVS_COMMON.every((id, index) => common[index] === id);
}
