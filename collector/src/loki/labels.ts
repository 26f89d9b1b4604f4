/** Lone surrogates, which no UTF-8 text can hold. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * A label set as Loki reads it: `{app="x", b="y"}`.
 *
 * Values are written as Go reads quoted strings (strconv.Unquote), whose escapes JSON's are a subset of once lone
 * surrogates are gone; U+2028 and the like stand as they are in both.
 * @param pairs names, which must be label names already, and values of any text; order is kept.
 */
export function labelText(pairs: ReadonlyArray<readonly [name: string, value: string]>): string {
  const quoted = pairs.map(([name, value]) => `${name}=${JSON.stringify(value.replace(LONE_SURROGATE, '\uFFFD'))}`);
  return `{${quoted.join(', ')}}`;
}
