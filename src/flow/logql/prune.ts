import { COLUMN_END, fieldDefinition, type FieldName } from '@netobserv-flows/schema';
import type { Atom, Condition } from '../filter/condition';
import { commonPrefix } from './address';
import { alternatives, escapeRegex, quote } from './literal';

/** How lines hold the value of a field, as texts that a line filter can look for. */
export interface LineForm {
  /** What surely stands around a text, in any line that has it for the field. */
  readonly text: (field: FieldName) => { readonly before: string; readonly after: string };
  /** The same of a number or a truth. */
  readonly plain: (field: FieldName) => { readonly before: string; readonly after: string };
  /** What each line with the field holds; undefined where nothing tells. */
  readonly present: (field: FieldName) => string | undefined;
  /** A pattern that each line with some text in the field matches; undefined where none tells. */
  readonly someText: (field: FieldName) => string | undefined;
}

/** Flows: each line a JSON object, in the spacing that all JSON writers share. */
export const JSON_LINE: LineForm = {
  text: (field) => ({ before: `"${field}":"`, after: '"' }),
  plain: (field) => ({ before: `"${field}":`, after: '' }),
  present: (field) => `"${field}":`,
  someText: (field) => `"${field}":"[^"]`,
};

/** Sums: values in columns, which tell what there is but not of which field. */
const COLUMN = { before: COLUMN_END, after: COLUMN_END };
export const COLUMNS_LINE: LineForm = {
  text: () => COLUMN,
  plain: () => COLUMN,
  present: () => undefined,
  someText: () => undefined,
};

/** Text that a matching line holds, in any case of its ASCII letters where `fold`. */
interface Clue {
  readonly text: string;
  readonly fold: boolean;
}

/** Clues one of which a matching line holds. */
type Clues = readonly Clue[];

const MAX_CLUES = 40;

/** What every JSON writer writes as it is: printable ASCII but for what some escape. */
const PLAIN = /^[ !#-%(-.0-;=?-[\]-~]*$/;
const PLAIN_RUN = /[ !#-%(-.0-;=?-[\]-~]+/g;
/** As above, less `k` and `s`, which have partners outside ASCII that Loki's quick comparison by case misses. */
const PLAIN_FOLDED_RUN = /[ !#-%(-.0-;=?-JL-RT-[\]-jl-rt-~]+/g;

function longest(runs: readonly string[] | null): string {
  return (runs ?? []).reduce((best, run) => (run.length > best.length ? run : best), '');
}

function textClue(
  { field, list }: Atom,
  value: string,
  test: Atom['test'] & { kind: 'text' },
  form: LineForm
): Clue | undefined {
  const { how, fold } = test;
  const { before: key, after } = list === undefined ? form.text(field) : { before: undefined, after: '"' };
  if (how === 'equals' && !fold && PLAIN.test(value)) {
    return { text: `${key ?? '"'}${value}${after}`, fold: false };
  }
  const runs: readonly string[] = value.match(fold ? PLAIN_FOLDED_RUN : PLAIN_RUN) ?? [];
  const [first = ''] = runs;
  if (key !== undefined && (how === 'starts' || how === 'equals')) {
    return { text: `${key}${value.startsWith(first) ? first : ''}`, fold };
  }
  const best = longest(runs);
  return best.length < 2 ? undefined : { text: best, fold };
}

function presentClues(field: FieldName, form: LineForm): Clues | undefined {
  const text = form.present(field);
  // Every line has the required fields: that they are there leaves nothing out.
  return text === undefined || fieldDefinition(field)?.required === true ? undefined : [{ text, fold: false }];
}

function atomClues(atom: Atom, form: LineForm): Clues | undefined {
  const { field, list, test } = atom;
  const present = presentClues(field, form);
  const { before, after } = form.plain(field);
  switch (test.kind) {
    case 'true':
      return [{ text: `${before}true${after}`, fold: false }];
    case 'present':
      return present;
    case 'number': {
      const single = list === undefined && test.ranges.every(({ from, to }) => from === to);
      return single ? test.ranges.map(({ from }) => ({ text: `${before}${from}${after}`, fold: false })) : present;
    }
    case 'address': {
      const around = form.text(field);
      return test.ranges.map((range) => ({
        text: `${around.before}${commonPrefix(range, around.after)}`,
        fold: false,
      }));
    }
    case 'text': {
      const clues = test.values.map((value) => textClue(atom, value, test, form));
      return clues.every((clue): clue is Clue => clue !== undefined) ? clues : present;
    }
  }
}

/** How much a group of clues can be expected to leave out: its shortest text, and the fewer the better. */
function strength(clues: Clues): number {
  return Math.min(...clues.map(({ text }) => text.length)) - clues.length;
}

function strongest(groups: readonly Clues[]): Clues | undefined {
  return groups.reduce<Clues | undefined>(
    (best, clues) => (best === undefined || strength(clues) > strength(best) ? clues : best),
    undefined
  );
}

/** Groups of clues, of each of which a matching line holds one. `inLine` tells the fields that are always in the line. */
function cluesOf(condition: Condition, inLine: (atom: Atom) => boolean, form: LineForm): Clues[] {
  if (condition.kind === 'atom') {
    const clues = condition.negated || !inLine(condition) ? undefined : atomClues(condition, form);
    return clues === undefined ? [] : [clues];
  }
  if (condition.kind === 'all') {
    return condition.of.flatMap((part) => cluesOf(part, inLine, form));
  }
  const branches = condition.of.map((part) => strongest(cluesOf(part, inLine, form)));
  return branches.every((branch): branch is Clues => branch !== undefined) ? [branches.flat()] : [];
}

/** One clue for both where source and destination differ in nothing else: `Addr":"10.0.0.1"`. */
function withoutSides(clues: Clues): Clue[] {
  const bySuffix = new Map<string, Clue[]>();
  for (const clue of clues) {
    const suffix = /^"\w*?(?:Src|Dst)(\w+":.*)$/.exec(clue.text)?.[1] ?? clue.text;
    const key = `${clue.fold}${suffix}`;
    bySuffix.set(key, [...(bySuffix.get(key) ?? []), clue]);
  }
  return [...bySuffix.values()].map((same) => {
    const [clue] = same as [Clue];
    const sides = new Set(same.map(({ text }) => text));
    return sides.size === 1 ? clue : { ...clue, text: clue.text.replace(/^"\w*?(?:Src|Dst)(?=\w+":)/, '') };
  });
}

/** Fields that have to be absent: what holds some text in one of them does not meet the condition. */
function absentOf(condition: Condition, inLine: (atom: Atom) => boolean): FieldName[] {
  if (condition.kind === 'atom') {
    const { field, list, negated, test } = condition;
    const isText = fieldDefinition(field)?.type === 'string' && list === undefined;
    return negated && isText && test.kind === 'present' && inLine(condition) ? [field] : [];
  }
  return condition.kind === 'all' ? condition.of.flatMap((part) => absentOf(part, inLine)) : [];
}

/**
 * Line filters that leave out lines without parsing them. They never leave out a line that meets the condition:
 * negations have none but for absence, values are looked for only in characters that all JSON writers write alike.
 * @param form how lines hold values.
 */
export function lineFilters(
  condition: Condition,
  inLine: (atom: Atom) => boolean,
  form: LineForm = JSON_LINE
): string[] {
  // An empty text counts as absent: other writers leave it in.
  const absent = absentOf(condition, inLine)
    .map(form.someText)
    .flatMap((pattern) => (pattern === undefined ? [] : [`!~ ${quote(pattern)}`]));
  const filters = cluesOf(condition, inLine, form)
    .map(withoutSides)
    .filter((clues) => clues.length <= MAX_CLUES)
    .map((clues) => {
      const [only] = clues;
      if (clues.length === 1 && only?.fold === false) {
        return `|= ${quote(only.text)}`;
      }
      const patterns = clues.map(({ text, fold }) => `${fold ? '(?i:' : '(?:'}${escapeRegex(text)})`);
      return clues.length === 1 && only !== undefined
        ? `|~ ${quote(`(?i)${escapeRegex(only.text)}`)}`
        : `|~ ${quote(alternatives(patterns))}`;
    });
  return [...new Set([...filters, ...absent])];
}
