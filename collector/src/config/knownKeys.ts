import type { z } from 'zod';

interface Definition {
  readonly type: string;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly getter?: () => z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly items?: readonly z.core.$ZodType[];
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly left?: z.core.$ZodType;
  readonly right?: z.core.$ZodType;
}

const definitionOf = (schema: z.core.$ZodType) => schema._zod.def as unknown as Definition;

/** The schemas that a schema stands for once optional, default, pipes and unions are taken off. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { type, innerType, in: input, getter, options, left, right } = definitionOf(schema);
  const inner = [innerType, type === 'pipe' ? input : undefined, getter?.(), ...(options ?? []), left, right];
  const found = inner.filter((one) => one !== undefined);
  return found.length > 0 ? found.flatMap((one) => unwrap(one)) : [schema];
}

function step(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType[] {
  const { shape, element, items, valueType } = definitionOf(schema);
  const next = shape?.[String(key)] ?? element ?? items?.[Number(key)] ?? valueType;
  return next === undefined ? [] : unwrap(next);
}

/** The schemas, unwrapped, that a value at `path` has to fit; several where there is a union on the way. */
export function schemasAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType[] {
  return path.reduce<z.core.$ZodType[]>((at, key) => at.flatMap((one) => step(one, key)), unwrap(schema));
}

/** Names of the keys that a mapping at `path` may hold; empty where there is none or any name will do. */
export function knownKeysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const keys = schemasAt(schema, path).flatMap((one) => Object.keys(definitionOf(one).shape ?? {}));
  return [...new Set(keys)];
}

/**
 * The known word that a misspelt one was meant for: the one with the fewest edits, if those are at most a third of
 * the word. Case does not count.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((name) => ({ name, edits: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.name;
}

/** Levenshtein distance: insertions, deletions and replacements that make `a` into `b`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
