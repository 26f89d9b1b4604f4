import { en } from 'zod/locales';
import type { z } from 'zod';
import { knownKeysAt, nearest } from './knownKeys';

type Issue = z.core.$ZodIssue;

/** One thing that is wrong with a configuration: what and what to do, at a key. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
  readonly remedy: string;
}

/** Values under these keys are never shown, not even in an error. */
const SECRET_KEY = /password|token|secret/i;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
};

const defaultMessage = en().localeError;

/**
 * What zod found, in words for the person who wrote the file. Messages that a schema gives itself (`refine`, `error`)
 * are kept as they are and should read `problem; remedy`.
 * @param issue as zod reports it; unions and unrecognised keys become several findings.
 * @param value the whole value that was checked, to show what stands there (never where the key names a secret).
 * @param schema the schema of the whole value, for the names of the keys it knows.
 */
export function findingsOf(issue: Issue, value: unknown, schema: z.ZodType): Finding[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...issue.path, key], schema));
  }
  if (issue.code === 'invalid_union') {
    return unionFindings(issue, value, schema);
  }
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element') {
    return issue.issues.flatMap((inner) =>
      findingsOf({ ...inner, path: [...issue.path, ...inner.path] }, value, schema)
    );
  }
  const own = ownMessage(issue, valueAt(value, issue.path));
  if (own !== undefined) {
    const [problem, ...remedy] = own.split('; ');
    const missing = issue.code === 'invalid_type' && valueAt(value, issue.path) === undefined;
    return [{ path: issue.path, problem: missing ? 'missing' : (problem ?? own), remedy: remedy.join('; ') }];
  }
  return [{ path: issue.path, ...describe(issue, valueAt(value, issue.path)) }];
}

function unknownKey(path: readonly PropertyKey[], schema: z.ZodType): Finding {
  const known = knownKeysAt(schema, path.slice(0, -1));
  const key = String(path.at(-1));
  const near = nearest(key, known);
  const list = known.length > 0 ? `; keys known here: ${known.join(', ')}` : '';
  return { path, problem: 'unknown key', remedy: near === undefined ? `remove it${list}` : `did you mean '${near}'?` };
}

/** The branch that comes nearest says best what is wrong: the one that got deepest before it failed. */
function unionFindings(issue: Extract<Issue, { code: 'invalid_union' }>, value: unknown, schema: z.ZodType): Finding[] {
  const depth = (branch: readonly Issue[]) => Math.max(0, ...branch.map((inner) => inner.path.length));
  const deepest = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0];
  if (deepest !== undefined && depth(deepest) > 0) {
    return deepest.flatMap((inner) => findingsOf({ ...inner, path: [...issue.path, ...inner.path] }, value, schema));
  }
  const expected = issue.errors.flatMap((branch) =>
    branch.map((inner) => expectation(inner, valueAt(value, [...issue.path, ...inner.path])))
  );
  const seen = show(valueAt(value, issue.path), issue.path);
  return [
    { path: issue.path, problem: `${seen} does not fit`, remedy: `write ${[...new Set(expected)].join(' or ')}` },
  ];
}

function expectation(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_type') {
    return TYPE_NAMES[issue.expected] ?? issue.expected;
  }
  if (issue.code === 'invalid_value') {
    return issue.values.map(String).join(' or ');
  }
  return ownMessage(issue, value) ?? issue.message;
}

/** A message of the schema's own, or nothing where zod's standard wording stands. */
function ownMessage(issue: Issue, value: unknown): string | undefined {
  const standard = defaultMessage({ ...issue, input: value } as Parameters<typeof defaultMessage>[0]);
  const text = typeof standard === 'string' ? standard : standard?.message;
  return issue.code === 'custom' || issue.message !== text ? issue.message : undefined;
}

function describe(issue: Issue, value: unknown): { problem: string; remedy: string } {
  const seen = show(value, issue.path);
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined
        ? { problem: 'missing', remedy: `add it: ${expectation(issue, value)} is needed` }
        : { problem: `${seen} is ${kindOf(value)}`, remedy: `write ${expectation(issue, value)}` };
    case 'invalid_value':
      return { problem: `${seen} is not one of the values allowed`, remedy: `write ${expectation(issue, value)}` };
    case 'too_small':
      return {
        problem: `${seen} is too ${issue.origin === 'string' || issue.origin === 'array' ? 'short' : 'small'}`,
        remedy: `write ${issue.inclusive ? 'at least' : 'more than'} ${String(issue.minimum)}${unitOf(issue.origin)}`,
      };
    case 'too_big':
      return {
        problem: `${seen} is too ${issue.origin === 'string' || issue.origin === 'array' ? 'long' : 'big'}`,
        remedy: `write ${issue.inclusive ? 'at most' : 'less than'} ${String(issue.maximum)}${unitOf(issue.origin)}`,
      };
    case 'invalid_format':
      return { problem: `${seen} is not a valid ${issue.format}`, remedy: `correct it` };
    default:
      return { problem: issue.message, remedy: 'correct it' };
  }
}

function kindOf(value: unknown): string {
  if (value === null || typeof value === 'object') {
    return 'not what belongs here';
  }
  if (typeof value === 'number') {
    return Number.isInteger(value) ? 'a whole number' : 'a fraction';
  }
  return TYPE_NAMES[typeof value] ?? typeof value;
}

function unitOf(origin: string): string {
  if (origin === 'string') {
    return ' characters';
  }
  return origin === 'array' ? ' entries' : '';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value
  );
}

function show(value: unknown, path: readonly PropertyKey[]): string {
  if (path.some((key) => SECRET_KEY.test(String(key)))) {
    return 'the value (not shown)';
  }
  if (value === null || value === undefined) {
    return 'nothing';
  }
  if (typeof value === 'object') {
    return Array.isArray(value) ? 'a list' : 'a mapping';
  }
  const text = typeof value === 'string' ? `'${value}'` : String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
