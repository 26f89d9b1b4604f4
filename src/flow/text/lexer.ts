import { failure, success, type Result } from '../result';

/** Operators of the text form, the longer first. `:` means `=`. */
export const OPERATORS = ['!=', '<=', '>=', '=', ':', '<', '>'] as const;

/** An operator of the text form. */
export type Operator = (typeof OPERATORS)[number];

/** One value as written: its text, whether it was in double quotes, and the stars around it. */
export interface WrittenValue {
  readonly text: string;
  readonly quoted: boolean;
  readonly starBefore: boolean;
  readonly starAfter: boolean;
}

/** A clause as written: a name and operator may be missing (`10.0.0.0/8`). */
export interface Clause {
  readonly disabled: boolean;
  readonly name?: string;
  readonly operator?: Operator;
  readonly values: readonly WrittenValue[];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Reads a text from left to right. */
class Reader {
  position = 0;

  constructor(readonly text: string) {}

  get done(): boolean {
    return this.position >= this.text.length;
  }

  /** Takes what a sticky pattern matches here; undefined where it matches nothing. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match === null || match[0] === '') {
      return undefined;
    }
    this.position += match[0].length;
    return match[0];
  }
}

function unescape(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\([\s\S])/g, (_, character: string) => ESCAPES[character] ?? character);
}

function readValue(reader: Reader): Result<WrittenValue> {
  const before = reader.take(/\*(?=")/y) !== undefined;
  const quoted = reader.take(/"(?:[^"\\]|\\[\s\S])*"/y);
  if (quoted !== undefined) {
    const after = reader.take(/\*/y) !== undefined;
    return success({ text: unescape(quoted), quoted: true, starBefore: before, starAfter: after });
  }
  const word = reader.take(/[^\s,";]+/y) ?? '';
  if (reader.take(/"/y) !== undefined) {
    return failure(
      `the double quote after ${word === '' ? 'the operator' : word} is not closed; write \\" for a quote inside quotes`
    );
  }
  const [starBefore, starAfter] = [word.startsWith('*'), word.length > 1 && word.endsWith('*')];
  const text = word.slice(starBefore ? 1 : 0, starAfter ? -1 : undefined);
  return success({ text, quoted: false, starBefore, starAfter });
}

function readValues(reader: Reader): Result<WrittenValue[]> {
  const values: WrittenValue[] = [];
  do {
    const value = readValue(reader);
    if (!value.ok) {
      return value;
    }
    values.push(value.value);
  } while (reader.take(/,\s*/y) !== undefined);
  return success(values);
}

const NAME = /[A-Za-z][\w.]*(?=\s*(?:!=|<=|>=|=|:|<|>))/y;

function readClause(reader: Reader): Result<Clause> {
  const disabled = reader.take(/off:/y) !== undefined;
  const start = reader.position;
  const name = reader.take(NAME);
  reader.take(/\s+/y);
  const operator = name === undefined ? undefined : (reader.take(/!=|<=|>=|=|:|<|>/y) as Operator | undefined);
  // `fe80::1` and `aa:bb:…` begin as `name:` would: what follows tells them apart, and the caller reads the name.
  if (
    operator === ':' &&
    /^[0-9a-f]{1,4}$/i.test(name ?? '') &&
    /^[0-9a-f:]/i.test(reader.text.slice(reader.position))
  ) {
    reader.position = start;
    const word = reader.take(/[^\s,";]+/y) ?? '';
    return success({ disabled, values: [{ text: word, quoted: false, starBefore: false, starAfter: false }] });
  }
  if (operator !== undefined) {
    reader.take(/\s+/y);
  }
  const values = readValues(reader);
  return values.ok ? success({ disabled, name, operator, values: values.value }) : values;
}

/** Splits a text into clauses, which blanks, `;` or the word `and` separate. */
export function readClauses(text: string): Result<Clause[]> {
  const reader = new Reader(text);
  const clauses: Clause[] = [];
  for (reader.take(/[\s;]+/y); !reader.done; reader.take(/[\s;]+(?:and[\s;]+)*/iy)) {
    const before = reader.position;
    const clause = readClause(reader);
    if (!clause.ok) {
      return clause;
    }
    if (reader.position === before) {
      return failure(`${text.slice(before, before + 20)} cannot be read as a filter; write one as namespace=demo`);
    }
    clauses.push(clause.value);
  }
  return success(clauses);
}
