import type { FieldName, LevelName, Side } from '@netobserv-flows/schema';
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

/** Makes the sums by single workload of those by pairs of workloads. */
export class WorkloadEnds {
  readonly keys: LevelKeys = levelKeys('sourceWorkload');
  readonly #of: Readonly<Record<Side, (values: readonly KeyValue[]) => KeyValue[]>>;

  /** @param workload the keys of what is to be summed up. */
  constructor(workload: LevelKeys) {
    const to = (level: LevelName) => projection(workload.fields, levelKeys(level).fields);
    this.#of = { Src: to('sourceWorkload'), Dst: to('destinationWorkload') };
  }

  /** The sums of each end. */
  sums(pairs: readonly KeySums[]): EndSums[] {
    const of = (side: Side) => pairs.map((sum) => ({ ...sum, values: this.#of[side](sum.values) }));
    return joinEnds({ Src: of('Src'), Dst: of('Dst') });
  }
}
