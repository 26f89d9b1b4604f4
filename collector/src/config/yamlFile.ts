import { readFileSync } from 'node:fs';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import { findingsOf, type Finding } from './finding';

/** Where a value came from, as an error names it: `file:line`, or a variable of the environment. */
export type Locate = (path: readonly PropertyKey[]) => string;

/** A YAML file, parsed but not yet checked. */
export interface YamlSource {
  readonly value: unknown;
  /** `file:line` of the key at `path`, or of the nearest key above it that stands in the file. */
  readonly locate: Locate;
}

/** What is wrong with a configuration or inventory: one line a finding, `where: key: problem; remedy`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

/**
 * Reads a YAML file and checks it.
 * @param file its path, as messages shall name it.
 * @param schema what it has to fit. Keys that the schema does not know are errors where it is a `strictObject`.
 * @returns what the schema makes of it, defaults filled in.
 * @throws ConfigError with every finding, when the file cannot be read, is not YAML, or does not fit.
 */
export function loadYamlFile<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  const source = readYamlFile(file);
  return validate(source.value, schema, source.locate);
}

/**
 * Reads a YAML file without checking what it says.
 * @throws ConfigError when it cannot be read, is not YAML, or is empty.
 */
export function readYamlFile(file: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map(({ message, pos }) => {
        const { line, col } = lines.linePos(pos[0]);
        return `${file}:${line}: not valid YAML at column ${col}: ${message.split('\n')[0]}; correct the syntax there`;
      })
    );
  }
  if (document.contents === null) {
    throw new ConfigError([`${file}: is empty; write the settings in it`]);
  }
  const locate: Locate = (path) => {
    const offset = offsetOf(document, path);
    return `${file}:${lines.linePos(offset).line || 1}`;
  };
  return { value: toValue(document, file), locate };
}

/**
 * Checks a value.
 * @param locate says where the value at a path came from.
 * @throws ConfigError with every finding.
 */
export function validate<S extends z.ZodType>(value: unknown, schema: S, locate: Locate): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const findings = result.error.issues.flatMap((issue) => findingsOf(issue, value, schema));
  throw new ConfigError(findings.map((finding) => describeFinding(finding, locate)));
}

function describeFinding({ path, problem, remedy }: Finding, locate: Locate): string {
  const key = path.length > 0 ? `${keyText(path)}: ` : '';
  return `${locate(path)}: ${key}${problem}${remedy === '' ? '' : `; ${remedy}`}`;
}

/** A path as people write it: `loki.labels[2]`. */
export function keyText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') {
      return `${text}[${key}]`;
    }
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file; correct the path or create it',
      EACCES: 'may not be read; give the user that runs this the right to read it',
      EISDIR: 'is a directory; name a file',
    };
    throw new ConfigError([`${file}: ${reasons[code ?? ''] ?? `cannot be read: ${message}; correct that`}`]);
  }
}

/** Aliases may not blow a small file up (`maxAliasCount`): the parser refuses then. */
function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new ConfigError([`${file}: ${(error as Error).message}; write the values out instead of aliases`]);
  }
}

/** Offset in the text of the key at `path`; where the path ends early, of the last key that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const key of path) {
    const at = isAlias(node) ? node.resolve(document) : node;
    const found = isMap(at)
      ? pairOf(at.items, key)
      : { key: undefined, value: isSeq(at) ? at.items[Number(key)] : undefined };
    const named = (found?.key ?? found?.value) as Node | null | undefined;
    if (named === undefined || named === null) {
      break;
    }
    offset = named.range?.[0] ?? offset;
    node = found?.value;
  }
  return offset;
}

function pairOf(items: ReadonlyArray<{ key: unknown; value: unknown }>, key: PropertyKey) {
  return items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}
