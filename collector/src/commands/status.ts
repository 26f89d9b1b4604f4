import { ConfigError } from '../config';
import { loadConfig } from '../config/root';
import type { Status } from '../status';
import type { CommandIo } from './checkConfig';
import { statusText } from './statusText';

const DEFAULT_URL = 'http://127.0.0.1:9469';
const TIMEOUT_MS = 5000;

/** What the command line gives. */
export interface StatusOptions {
  /** Base address of the collector's HTTP side. */
  readonly url?: string;
  /** Configuration of the collector, whose `http.listen` tells the address. */
  readonly config?: string;
  /** Print what the collector answers, as it is. */
  readonly json?: boolean;
}

/**
 * `status`: asks a running collector how it is doing, and prints it.
 * @returns exit code: 0, 1 where it does not answer, 2 where it is not ready.
 */
export async function statusCommand(options: StatusOptions, io: CommandIo, nowMs = Date.now()): Promise<number> {
  let url: string;
  try {
    url = addressOf(options, io);
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    io.stderr.write(`${error.message}\n`);
    return 1;
  }
  const status = await ask(url, io);
  if (status === undefined) {
    return 1;
  }
  io.stdout.write(options.json === true ? `${JSON.stringify(status, undefined, 2)}\n` : statusText(status, nowMs));
  return status.ready ? 0 : 2;
}

function addressOf({ url, config }: StatusOptions, io: CommandIo): string {
  if (url !== undefined) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new ConfigError([`--url: '${url}' is no http or https address; write one like ${DEFAULT_URL}`]);
    }
    return url;
  }
  if (config === undefined) {
    return DEFAULT_URL;
  }
  const { host = '', port } = loadConfig(config, io.env).config.http.listen;
  const isAny = host === '' || host === '0.0.0.0' || host === '::';
  return `http://${isAny ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function ask(url: string, io: CommandIo): Promise<Status | undefined> {
  const address = new URL('/status', url);
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) {
      io.stderr.write(`${address.href} answers ${response.status}; name the collector's http.listen by --url\n`);
      return undefined;
    }
    return (await response.json()) as Status;
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    io.stderr.write(`no collector answers at ${address.href}: ${why}; start it, or name its http.listen by --url\n`);
    return undefined;
  }
}
