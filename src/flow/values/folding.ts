/*
 * Case folding: which characters are one when case does not matter. By Unicode's simple case mappings, so that a
 * character never becomes two: `ß` is `ẞ` but not `ss`, `İ` is only itself, the Kelvin sign is `k` and `ſ` is `s`.
 * LogQL's own `(?i)` is not used to decide: Loki turns it into a comparison by lower case alone, for which `ſ` is not
 * `s`. Queries spell the alternatives out instead, from this table.
 */

const FIRST_NON_ASCII = 0x80;
const LAST_CASED = 0x1e943;
/** Ideographs, Hangul, surrogates and private use: no case, left out to keep the table quick to make. */
const UNCASED: ReadonlyArray<readonly [number, number]> = [
  [0x3000, 0xa63f],
  [0xac00, 0xfaff],
  [0x11000, 0x1189f],
  [0x118e0, 0x16e3f],
  [0x16ee0, 0x1e8ff],
];

/** The single character that a mapping leads to; undefined where it leads to several or nowhere. */
function single(mapped: string, from: string): string | undefined {
  return mapped !== from && [...mapped].length === 1 ? mapped : undefined;
}

function link(groups: Map<string, string[]>, a: string, b: string): void {
  const [left, right] = [groups.get(a) ?? [a], groups.get(b) ?? [b]];
  if (left === right || left.includes(b)) {
    return;
  }
  const merged = [...left, ...right].sort();
  merged.forEach((character) => groups.set(character, merged));
}

function makeTable(): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (let code = 0x41; code <= 0x5a; code++) {
    link(groups, String.fromCharCode(code), String.fromCharCode(code + 0x20));
  }
  for (let code = FIRST_NON_ASCII; code <= LAST_CASED; code++) {
    const skipped = UNCASED.find(([from, to]) => code >= from && code <= to);
    if (skipped !== undefined) {
      code = skipped[1];
      continue;
    }
    const character = String.fromCodePoint(code);
    for (const mapped of [character.toLowerCase(), character.toUpperCase()]) {
      const partner = single(mapped, character);
      // `ı` has the upper case `I` but does not fold to `i`: the regular expression engine knows what folds.
      if (partner !== undefined && new RegExp(`^${character}$`, 'iu').test(partner)) {
        link(groups, character, partner);
      }
    }
  }
  return groups;
}

let table: Map<string, string[]> | undefined;

/** All characters that are the same as this one when case does not matter, itself included. */
export function caseVariants(character: string): readonly string[] {
  table ??= makeTable();
  return table.get(character) ?? [character];
}

const ASCII = /^[\u0000-\u007f]*$/;

/** Text in which case no longer tells apart: equal exactly where `caseVariants` says so of every character. */
export function foldCase(text: string): string {
  if (ASCII.test(text)) {
    return text.toUpperCase();
  }
  return Array.from(text, (character) => caseVariants(character)[0] ?? character).join('');
}
