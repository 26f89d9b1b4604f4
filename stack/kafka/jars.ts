import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findOnPath } from '../process/findOnPath';

/** The Kafka that `stack/kafka/pom.xml` pins. */
export const KAFKA_VERSION = '3.9.1';

const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const TIMEOUT_MS = 10 * 60_000;

const run = promisify(execFile);

/** Where Kafka's jars are kept, outside the repository: `$XDG_CACHE_HOME`, else `~/.cache`. */
export function cachedKafka(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'netobserv-flows', `kafka-${KAFKA_VERSION}`);
}

/** A Kafka that can be started: Java, and the folder with its jars. */
export interface KafkaProgram {
  readonly java: string;
  readonly jars: string;
}

/**
 * Finds Java and a Kafka: `KAFKA_HOME` (its `libs`), else what {@link fetchKafka} left in the cache.
 * @returns why there is none, in words, where there is none.
 */
export function locateKafka(env: NodeJS.ProcessEnv = process.env): KafkaProgram | string {
  const java = findOnPath('java', env['PATH']);
  if (java === undefined) {
    return 'no java on PATH';
  }
  const home = env['KAFKA_HOME'];
  if (home) {
    const jars = join(home, 'libs');
    return hasBroker(jars) ? { java, jars } : `KAFKA_HOME: ${jars} has no Kafka`;
  }
  const jars = cachedKafka(env);
  return hasBroker(jars)
    ? { java, jars }
    : 'no Kafka; `npx tsx stack/kafka/prepare.ts` or NETOBSERV_KAFKA=1 fetches it';
}

function hasBroker(jars: string): boolean {
  return existsSync(jars) && readdirSync(jars).some((name) => /^kafka_2\.\d+-[\d.]+\.jar$/.test(name));
}

/**
 * Has Maven bring Kafka's jars into the cache, by Maven's own settings, their checksums verified. About 50 MB.
 * @throws Error where Maven is missing or fails, with its last lines.
 */
export async function fetchKafka(): Promise<void> {
  const target = cachedKafka();
  if (hasBroker(target)) {
    return;
  }
  const mvn = findOnPath('mvn');
  if (mvn === undefined) {
    throw new Error('No Kafka and no Maven to fetch it with. Install Maven, or name a Kafka: KAFKA_HOME=/opt/kafka');
  }
  mkdirSync(dirname(target), { recursive: true });
  // Fetched under another name first: an interrupted fetch must not be taken for a finished one.
  const partial = `${target}.partial-${process.pid}`;
  const pom = join(dirname(fileURLToPath(import.meta.url)), 'pom.xml');
  const options = ['--batch-mode', '--quiet', '--strict-checksums', '--file', pom];
  try {
    await run(mvn, [...options, COPY_DEPENDENCIES, '-DincludeScope=runtime', `-DoutputDirectory=${partial}`], {
      timeout: TIMEOUT_MS,
      maxBuffer: 16 * 1024 * 1024,
    });
    renameSync(partial, target);
  } catch (error) {
    const { stdout = '', message } = error as { stdout?: string; message: string };
    const last = stdout.trim().split('\n').slice(-15).join('\n');
    throw new Error(`Maven did not fetch Kafka ${KAFKA_VERSION}: ${message}\n${last}`, { cause: error });
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
