import { ROLLUP_LEVELS, type FieldName, type LevelName, type Side } from '@netobserv-flows/schema';
import type { KeySums } from './bucket';
import { keyText, levelKeys, type Folded, type KeyValue, type LevelKeys } from './key';

interface Sums {
  readonly bytes: number;
  readonly packets: number;
  readonly flows: number;
}

/** What one end sent (it is the source of) and received. */
export interface EndSums {
  readonly values: readonly KeyValue[];
  readonly folded: Folded;
  readonly sums: Readonly<Partial<Record<Side, Sums>>>;
}

/**
 * Puts sums by source and by destination together, by the end. The keys of both have the same fields in the same order.
 */
export function joinEnds(bySide: Readonly<Partial<Record<Side, readonly KeySums[]>>>): EndSums[] {
  const ends = new Map<string, { values: readonly KeyValue[]; folded: Folded; sums: Partial<Record<Side, Sums>> }>();
  for (const side of ['Src', 'Dst'] as const) {
    for (const { values, folded, bytes, packets, flows } of bySide[side] ?? []) {
      const key = keyText(values, folded);
      let end = ends.get(key);
      if (end === undefined) {
        end = { values, folded, sums: {} };
        ends.set(key, end);
      }
      const { bytes: b = 0, packets: p = 0, flows: f = 0 } = end.sums[side] ?? {};
      end.sums[side] = { bytes: b + bytes, packets: p + packets, flows: f + flows };
    }
  }
  return [...ends.values()];
}

/** What is left of the values of one level's keys in those of another that tells less. */
export function projection(
  from: readonly FieldName[],
  to: readonly FieldName[]
): (values: readonly KeyValue[]) => KeyValue[] {
  const indices = to.map((field) => from.indexOf(field));
  return (values) => indices.map((index) => values[index]);
}

/** How much is folded of a key of one level in another that tells less: what lost only details that has none is whole. */
export function foldedIn(from: LevelName, to: readonly FieldName[]): (folded: Folded) => Folded {
  const isWhole = to.every((field) => ROLLUP_LEVELS[from].keptInFold.includes(field));
  return (folded) => (folded === 1 && isWhole ? 0 : folded);
}

/** Makes the sums by single ends, workloads or namespaces, of those by pairs of workloads. */
export class PairEnds {
  readonly keys: LevelKeys;
  readonly #of: Readonly<Record<Side, (sum: KeySums) => KeySums>>;

  /**
   * @param pairs the keys of what is to be summed up.
   * @param levels what each end is summed up by.
   */
  constructor(pairs: LevelKeys, levels: Readonly<Record<Side, LevelName>>) {
    const to = (level: LevelName) => {
      const { fields } = levelKeys(level);
      const [valuesIn, folded] = [projection(pairs.fields, fields), foldedIn(pairs.level, fields)];
      return (sum: KeySums) => ({ ...sum, values: valuesIn(sum.values), folded: folded(sum.folded) });
    };
    this.#of = { Src: to(levels.Src), Dst: to(levels.Dst) };
    this.keys = levelKeys(levels.Src);
  }

  /** The sums of each end. */
  sums(pairs: readonly KeySums[]): EndSums[] {
    return joinEnds({ Src: pairs.map(this.#of.Src), Dst: pairs.map(this.#of.Dst) });
  }
}
