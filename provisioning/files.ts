import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = new URL('../', import.meta.url);

/** The path of a file of the repository. */
export function pathOf(file: string): string {
  return fileURLToPath(new URL(file, ROOT));
}

/** Reads a YAML file of the repository. */
export function readYaml<T>(file: string): T {
  return parse(readFileSync(pathOf(file), 'utf8')) as T;
}

/** Reads a JSON file of the repository. */
export function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(pathOf(file), 'utf8')) as T;
}
