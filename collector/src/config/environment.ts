import { parse } from 'yaml';
import type { z } from 'zod';
import { knownKeysAt, nearest, schemasAt } from './knownKeys';
import { ConfigError } from './yamlFile';

const PREFIX = 'NETOBSERV_';

/** A setting that a variable of the environment can override. */
export interface Override {
  readonly variable: string;
  readonly path: readonly string[];
}

/** The variable of a setting: `loki.basicAuth.username` → `NETOBSERV_LOKI_BASIC_AUTH_USERNAME`. */
export function variableOf(path: readonly string[]): string {
  return PREFIX + path.map((key) => key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()).join('_');
}

/** Every setting of a schema that holds a value rather than further settings. */
export function overridesOf(schema: z.ZodType, path: readonly string[] = []): Override[] {
  const keys = knownKeysAt(schema, path);
  if (keys.length === 0) {
    return [{ variable: variableOf(path), path }];
  }
  return keys.flatMap((key) => overridesOf(schema, [...path, key]));
}

/** What the environment changed. */
export interface Overridden {
  readonly value: unknown;
  /** Variable by path (joined by dots) of each setting that was overridden. */
  readonly variables: ReadonlyMap<string, string>;
  /** Variables that look like a setting but are none. */
  readonly warnings: readonly string[];
}

/**
 * Puts the environment's settings over those of the file. Empty variables count as not set.
 *
 * Texts are taken as they are; other values are read as YAML (`5`, `true`, `[a, b]`, `{a: b}`), and lists may also be
 * written `a,b`. What may be a text or a number is a text where it is no number.
 * @throws ConfigError that names the variable, where its value is not YAML.
 */
export function applyEnvironment(value: unknown, schema: z.ZodType, env: NodeJS.ProcessEnv): Overridden {
  const overrides = overridesOf(schema);
  const variables = new Map<string, string>();
  let result = value;
  for (const { variable, path } of overrides) {
    const text = env[variable];
    if (text !== undefined && text !== '') {
      result = withValue(result, path, readValue(text, variable, schema, path));
      variables.set(path.join('.'), variable);
    }
  }
  return { value: result, variables, warnings: warningsFor(env, overrides) };
}

function readValue(text: string, variable: string, schema: z.ZodType, path: readonly string[]): unknown {
  const types = schemasAt(schema, path).map((one) => one._zod.def.type);
  if (types.every((type) => type === 'string' || type === 'enum')) {
    return text;
  }
  const parsed = parseValue(text);
  if (types.includes('array') && !Array.isArray(parsed.value)) {
    return text.split(',').map((part) => part.trim());
  }
  // `[::1]:9469` is no YAML, and `[::1]` would be a list.
  if (types.includes('string') && (parsed.problem !== undefined || typeof parsed.value === 'object')) {
    return text;
  }
  if (parsed.problem !== undefined) {
    throw new ConfigError([`environment: ${variable}: not valid YAML: ${parsed.problem}; correct its value`]);
  }
  return parsed.value;
}

function parseValue(text: string): { value?: unknown; problem?: string } {
  try {
    return { value: parse(text) as unknown };
  } catch (error) {
    return { problem: (error as Error).message.split('\n')[0] };
  }
}

/** A copy with the value at `path`; a parent that is no mapping stays, for the check to complain about. */
function withValue(at: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) {
    return value;
  }
  if (at !== undefined && at !== null && (typeof at !== 'object' || Array.isArray(at))) {
    return at;
  }
  const mapping = (at ?? {}) as Record<string, unknown>;
  return { ...mapping, [key]: withValue(mapping[key], rest, value) };
}

/** Only near misses: other programs, and Kubernetes for its Services, set variables of this prefix too. */
function warningsFor(env: NodeJS.ProcessEnv, overrides: readonly Override[]): string[] {
  const known = overrides.map(({ variable }) => variable);
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .flatMap((name) => {
      const near = nearest(
        name.slice(PREFIX.length),
        known.map((one) => one.slice(PREFIX.length))
      );
      return near === undefined ? [] : [`environment: ${name} is no setting; did you mean ${PREFIX}${near}?`];
    });
}
