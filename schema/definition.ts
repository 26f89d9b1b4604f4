/** What a field is about; columns and filters are offered under these headings. */
export type FieldGroup = 'time' | 'network' | 'volume' | 'observation' | 'kubernetes' | 'labels';

/** Headings of the groups. */
export const GROUP_TITLES: Readonly<Record<FieldGroup, string>> = {
  time: 'Time',
  network: 'Network',
  volume: 'Volume',
  observation: 'Observation',
  kubernetes: 'Kubernetes',
  labels: 'Labels',
};

/** How a value is written in a record, read from a filter and shown in a cell. */
export type FieldType =
  'integer' | 'integers' | 'string' | 'strings' | 'boolean' | 'address' | 'mac' | 'port' | 'protocol' | 'direction';

/** Units of numbers; `ms` and `s` are times since the Unix epoch. */
export type FieldUnit = 'ms' | 's' | 'bytes' | 'packets';

/** Which end of the flow a field tells of. */
export type Side = 'Src' | 'Dst';

/** One entry of the flow dictionary. */
export interface FieldDefinition {
  /** Name in the record, in Loki, in queries and in CSV headers. */
  readonly name: string;
  readonly group: FieldGroup;
  readonly type: FieldType;
  readonly unit?: FieldUnit;
  /** The end that the field tells of; absent where it tells of the whole flow. */
  readonly side?: Side;
  /** The name without its side (`K8S_Namespace`), by which the two of a pair find each other. */
  readonly pair?: string;
  /** Column title, in sentence case. */
  readonly title: string;
  /** One sentence for people. */
  readonly description: string;
  /** Where the value comes from: information elements by number and IANA name, or what computes it. */
  readonly source: string;
  /** True where every record has it. */
  readonly required?: boolean;
}

interface PairDefinition<T extends FieldType> {
  prefix?: string;
  group: FieldGroup;
  type: T;
  title: string;
  description: string;
  source: string | Record<Side, string>;
}

interface SidedField<N extends string, T extends FieldType> extends FieldDefinition {
  readonly name: N;
  readonly type: T;
  readonly side: Side;
  readonly pair: string;
  readonly required?: undefined;
}

/**
 * The source and destination fields of a pair.
 * @param suffix what follows `Src` and `Dst` in the field names.
 * @param definition what both share; `{side}` in the description becomes `source` or `destination`, and `prefix`
 * goes before `Src` and `Dst`.
 */
export function bothSides<const S extends string, const T extends FieldType, const P extends string = ''>(
  suffix: S,
  definition: PairDefinition<T> & { prefix?: P }
): readonly [SidedField<`${P}Src${S}`, T>, SidedField<`${P}Dst${S}`, T>] {
  const { prefix = '', group, type, title, description, source } = definition;
  const one = <Z extends Side>(side: Z, word: string) => ({
    name: `${prefix}${side}${suffix}` as `${P}${Z}${S}`,
    group,
    type,
    side,
    pair: `${prefix}${suffix}`,
    title: `${word[0]!.toUpperCase()}${word.slice(1)} ${title}`,
    description: description.replace('{side}', word),
    source: typeof source === 'string' ? source : source[side],
  });
  return [one('Src', 'source'), one('Dst', 'destination')];
}
