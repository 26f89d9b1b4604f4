import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, waitUntilReady, type Child } from '../process/child';
import { findOnPath } from '../process/findOnPath';
import { freePort } from '../process/ports';
import { buildLoki, cachedLoki, lokiVersion, type OnProgress } from './build';

/** A Loki that runs already, or a program that can be started. */
export type LokiLocation = { readonly url: string } | { readonly binary: string };

/**
 * Finds a Loki: `LOKI_URL`, else `loki` 3.x on PATH, else the one in the cache, else builds that.
 * @param onProgress told what is going on where it takes long.
 * @throws Error where `LOKI_URL` is no http(s) address, or nothing is found and building fails.
 */
export async function locateLoki(onProgress?: OnProgress): Promise<LokiLocation> {
  const url = process.env['LOKI_URL'];
  if (url) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new Error(`LOKI_URL: "${url}" is not an http or https address; write it like http://localhost:3100`);
    }
    return { url: url.replace(/\/+$/, '') };
  }
  const onPath = findOnPath('loki');
  if (onPath !== undefined) {
    const version = await lokiVersion(onPath);
    if (version?.startsWith('3.')) {
      return { binary: onPath };
    }
    onProgress?.(`passing over ${onPath} (version ${version ?? 'unknown'}, 3.x is needed)`);
  }
  const cached = cachedLoki();
  return { binary: existsSync(cached) ? cached : await buildLoki(onProgress) };
}

/** How to start Loki. */
export interface StartLokiOptions {
  /** Folder for its data and its log; made where missing. */
  readonly dataDir: string;
  /** HTTP port on 127.0.0.1; any free one where left out. */
  readonly port?: number;
  /** Configuration file; `deploy/loki/single.yaml` where left out. Environment variables in it are expanded. */
  readonly config?: string;
  /** Program to start; what {@link locateLoki} finds where left out. */
  readonly binary?: string;
  /** Variables for the configuration, such as `LOKI_RETENTION`. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long it may take until it is ready, in ms; 90 s where left out. */
  readonly readyWithinMs?: number;
}

/** A Loki that answers. */
export interface RunningLoki {
  /** Base address, without a trailing slash. */
  readonly url: string;
  /** The program, where it was started here; undefined for `LOKI_URL`, which is never stopped. */
  readonly child?: Child;
  stop(): Promise<void>;
}

/** True once Loki says it can take and answer requests. */
async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5000) });
  return response.ok;
}

/**
 * Starts Loki on 127.0.0.1 and waits until it is ready; with `LOKI_URL` only checks that it answers.
 * @throws Error with Loki's last log lines where it ends or does not get ready in time.
 */
export async function startLoki(options: StartLokiOptions): Promise<RunningLoki> {
  const location = options.binary === undefined ? await locateLoki() : { binary: options.binary };
  if ('url' in location) {
    const { url } = location;
    const ready = await isReady(url).catch(() => false);
    if (!ready) {
      throw new Error(`LOKI_URL: ${url}/ready does not answer "ready"; start that Loki or unset LOKI_URL`);
    }
    return { url, stop: async () => undefined };
  }
  mkdirSync(options.dataDir, { recursive: true });
  const port = options.port ?? (await freePort());
  const config = options.config ?? fileURLToPath(new URL('../../deploy/loki/single.yaml', import.meta.url));
  const child = startChild({
    name: 'Loki',
    command: location.binary,
    args: ['-config.expand-env=true', `-config.file=${config}`],
    cwd: options.dataDir,
    env: {
      LOKI_ADDRESS: '127.0.0.1',
      LOKI_HTTP_PORT: String(port),
      LOKI_GRPC_PORT: String(await freePort()),
      LOKI_DATA: join(options.dataDir, 'data'),
      ...options.env,
    },
    logFile: join(options.dataDir, 'loki.log'),
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitUntilReady(child, () => isReady(url), options.readyWithinMs);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { url, child, stop: () => child.stop(30_000) };
}
