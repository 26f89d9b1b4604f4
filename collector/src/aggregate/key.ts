import {
  isCovered,
  isServicePort,
  OTHER,
  ROLLUP_LEVELS,
  SLOTS,
  type FieldName,
  type FlowRecord,
  type LevelName,
} from '@netobserv-flows/schema';

/** The value of one field of a key. */
export type KeyValue = string | number | undefined;

/** How much of a key was folded: nothing, its details, or all of it. */
export type Folded = 0 | 1 | 2;

/** The streams' label `folded` by how much was. */
export const FOLDED_NAMES = [undefined, 'detail', 'all'] as const;

/** Fields whose value is a number: a folded one is left out, as no number can say so. */
const NUMBERS: ReadonlySet<FieldName> = new Set(['SrcPort', 'DstPort', 'Proto', 'Sampling']);

/** The part of a key that a field belongs to: one of the ends, or what both share. */
export type KeyPart = 'Src' | 'Dst' | 'common';

/** Makes the keys of one level. */
export interface LevelKeys {
  readonly level: LevelName;
  /** The fields of a key, in the order of its values. */
  readonly fields: readonly FieldName[];
  /** Whether folding details keeps some fields; else a key is folded as a whole. */
  readonly hasDetail: boolean;
  /** Whether the level sums up a flow. */
  covers(record: FlowRecord): boolean;
  /** The values of a flow's key. */
  of(record: FlowRecord): KeyValue[];
  /** Those of them that tell of one end, or of the whole flow. */
  partOf(record: FlowRecord, part: KeyPart): KeyValue[];
  /** The values that are left when a key is folded. */
  fold(values: readonly KeyValue[], to: Folded): KeyValue[];
  /** The slots of its ends, source first: a hexadecimal digit each, one where the level tells of one end. */
  slots(values: readonly KeyValue[]): readonly string[];
}

/** The keys of a level. */
export function levelKeys(name: LevelName): LevelKeys {
  const level = ROLLUP_LEVELS[name];
  const fields = Object.keys(level.fields) as FieldName[];
  const getters = fields.map((field) => getter(field, level.fields[field]!));
  const partGetters = (part: KeyPart) => getters.filter((_, index) => partOfField(fields[index]!) === part);
  const parts = { Src: partGetters('Src'), Dst: partGetters('Dst'), common: partGetters('common') };
  const kept = fields.map((field) => level.keptInFold.includes(field));
  const slots = (['Src', 'Dst'] as const).flatMap((side) => {
    const of = level.slots[side]?.map((field) => fields.indexOf(field));
    return of === undefined ? [] : [of];
  });
  const folded = fields.map((field) => (NUMBERS.has(field) ? undefined : OTHER));
  return {
    level: name,
    fields,
    hasDetail: level.keptInFold.length > 1,
    covers: level.covers === 'all' ? () => true : (record) => isCovered(level, record),
    of: (record) => getters.map((get) => get(record)),
    partOf: (record, part) => parts[part].map((get) => get(record)),
    slots: (values) => slots.map((of) => slotOf(of.map((index) => values[index]))),
    fold: (values, to) => values.map((value, index) => (to === 1 && kept[index] ? value : folded[index])),
  };
}

/** Ports go with what both ends share, as each flow may have others. */
function partOfField(field: FieldName): KeyPart {
  if (field === 'SrcPort' || field === 'DstPort') {
    return 'common';
  }
  return field.startsWith('Src') ? 'Src' : field.startsWith('Dst') ? 'Dst' : 'common';
}

function getter(field: FieldName, kept: string): (record: FlowRecord) => KeyValue {
  const value = (record: FlowRecord) => record[field] as KeyValue;
  if (kept === 'always') {
    return value;
  }
  if (kept === 'servicePort') {
    return (record) => {
      const port = record[field] as number | undefined;
      return port !== undefined && isServicePort(port) ? port : undefined;
    };
  }
  const type = field.startsWith('Src') ? 'SrcK8S_Type' : 'DstK8S_Type';
  return (record) => (record[type] === undefined ? value(record) : undefined);
}

/** A text equal for equal keys only: lengths go before texts, so that no value can pass for two. */
export function keyText(values: readonly KeyValue[], folded: Folded): string {
  let key = String(folded);
  for (const value of values) {
    if (value === undefined) {
      key += ';';
    } else if (typeof value === 'number') {
      key += `${value},`;
    } else {
      key += `${value.length}:${value}`;
    }
  }
  return key;
}

/** FNV-1a of the values, folded to one hexadecimal digit. */
function slotOf(values: readonly KeyValue[]): string {
  let hash = 0x811c9dc5;
  for (const value of values) {
    const text = value === undefined ? '' : String(value);
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    }
    hash = Math.imul(hash ^ 0x1f, 0x01000193);
  }
  hash ^= hash >>> 16;
  hash ^= hash >>> 8;
  return ((hash >>> 0) % SLOTS).toString(16);
}
