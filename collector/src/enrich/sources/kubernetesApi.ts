import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet, type RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { ConfigError } from '../../config/index';
import type { EnrichConfig } from '../config';

/** Longest silence before a connection is given up; an open watch may be silent for its own, longer limit. */
const IDLE_MS = 60_000;
const KEEP_ALIVE_MS = 30_000;
/** A page holds 500 objects, and etcd refuses objects above 1.5 MB; far more than that is no Kubernetes. */
const MAX_BODY_BYTES = 512 * 1024 * 1024;
const MAX_LINE_CHARS = 16 * 1024 * 1024;
const MAX_ERROR_CHARS = 64 * 1024;

/** What the API server refused, by its HTTP status or the code of a watch error. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    message: string
  ) {
    super(message);
  }
}

interface StreamOptions {
  readonly signal: AbortSignal;
  readonly limitMs: number;
  readonly onOpen: () => void;
  readonly onDocument: (value: unknown) => void;
}

/**
 * Reads from a Kubernetes API server. The client library brings the credentials (kubeconfig, service account, exec
 * plug-ins) and the TLS settings; requests are made here, because its informers keep whole objects, list without
 * pages, and give up at the first error.
 */
export class KubernetesApi {
  readonly #config: KubeConfig;
  readonly server: string;

  /** @throws ConfigError where there is no cluster to talk to, or the kubeconfig or its context is not sound. */
  constructor(settings: EnrichConfig['kubernetes']) {
    this.#config = loadKubeConfig(settings);
    const server = this.#config.getCurrentCluster()?.server;
    if (server === undefined) {
      throw refuse('the kubeconfig has no cluster for its current context', 'set enrich.kubernetes.context');
    }
    this.server = server.replace(/\/+$/, '');
  }

  /**
   * Reads a JSON document.
   * @throws ApiError for any status but 200; Error where the connection fails or falls silent.
   */
  async read(path: string, accept: string, signal: AbortSignal): Promise<unknown> {
    const response = await this.#get(path, accept, signal);
    return JSON.parse(await text(response, MAX_BODY_BYTES));
  }

  /**
   * Reads a stream of JSON documents, one a line, until the server ends it.
   * @param limitMs when to give the connection up, whatever the server does.
   * @param onOpen called once the server has agreed to send.
   * @throws ApiError for any status but 200; Error where the connection breaks, also in the middle of a document.
   */
  async stream(path: string, accept: string, { signal, limitMs, onOpen, onDocument }: StreamOptions): Promise<void> {
    const response = await this.#get(path, accept, AbortSignal.any([signal, AbortSignal.timeout(limitMs)]));
    response.socket.setTimeout(0);
    response.setEncoding('utf8');
    onOpen();
    let rest = '';
    for await (const chunk of response as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      if (rest.length > MAX_LINE_CHARS) {
        throw new Error(`a watch event of more than ${MAX_LINE_CHARS} characters`);
      }
      lines.filter((line) => line !== '').forEach((line) => onDocument(JSON.parse(line)));
    }
    if (rest.trim() !== '') {
      throw new Error('the watch broke off in the middle of an event');
    }
  }

  async #get(path: string, accept: string, signal: AbortSignal): Promise<IncomingMessage> {
    const options: RequestOptions = { headers: { accept } };
    await this.#config.applyToHTTPSOptions(options);
    const get = this.server.startsWith('http:') ? httpGet : httpsGet;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = get(`${this.server}${path}`, { ...options, signal }, resolve);
      request.on('error', reject);
      request.setTimeout(IDLE_MS, () => request.destroy(new Error(`no answer within ${IDLE_MS / 1_000} s`)));
      request.on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS));
    });
    if (response.statusCode !== 200) {
      const body = await text(response, MAX_ERROR_CHARS);
      throw new ApiError(response.statusCode ?? 0, statusMessage(body) ?? response.statusMessage ?? 'refused');
    }
    return response;
  }
}

async function text(response: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) {
      throw new Error(`an answer longer than ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The message of a Kubernetes `Status` document; undefined where the body is none. */
function statusMessage(body: string): string | undefined {
  try {
    const message = (JSON.parse(body) as { message?: unknown } | null)?.message;
    return typeof message === 'string' ? message : undefined;
  } catch {
    // Proxies answer with HTML; the HTTP status says enough then.
    return undefined;
  }
}

function loadKubeConfig({ kubeconfig, context }: EnrichConfig['kubernetes']): KubeConfig {
  const config = new KubeConfig();
  try {
    load(config, kubeconfig);
  } catch (error) {
    if (error instanceof ConfigError) {
      throw error;
    }
    const file = kubeconfig ?? process.env.KUBECONFIG ?? 'the default kubeconfig';
    throw refuse(`${file} cannot be used: ${(error as Error).message}`, 'name a kubeconfig that kubectl accepts');
  }
  if (context !== undefined) {
    const known = config.getContexts().map(({ name }) => name);
    if (!known.includes(context)) {
      const remedy = `use one of ${known.join(', ')}`;
      throw new ConfigError([`enrich.kubernetes.context: there is no context '${context}'; ${remedy}`]);
    }
    config.setCurrentContext(context);
  }
  return config;
}

/** A named file, else the service account of the pod that we run in, else what `kubectl` would use. */
function load(config: KubeConfig, file: string | undefined): void {
  if (file !== undefined) {
    config.loadFromFile(file);
    return;
  }
  if (process.env.KUBERNETES_SERVICE_HOST !== undefined && process.env.KUBECONFIG === undefined) {
    config.loadFromCluster();
    return;
  }
  config.loadFromDefault();
  // What the library falls back to where it finds nothing: a server that nobody named.
  if (config.getCurrentContext() === 'loaded-context') {
    throw refuse('neither in a cluster nor is there a kubeconfig', 'set enrich.kubernetes.kubeconfig or KUBECONFIG');
  }
}

const refuse = (problem: string, remedy: string) => new ConfigError([`enrich.kubernetes: ${problem}; ${remedy}`]);
