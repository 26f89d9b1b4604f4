import { Agent } from 'undici';
import { checkTlsFiles, readSettingFile } from '../config';
import type { LokiConfig } from './config';

/** Files that settings name are read again this often, as Kubernetes renews what they hold. */
export const FILE_AGE_MS = 30_000;

interface TlsFiles {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

/**
 * Kept-alive connections to Loki by the files of `loki.tls`. When certificates are renewed, new connections are made by
 * the new ones; while the files are not sound, the old ones stay.
 */
export class LokiAgent {
  private agent: Agent;
  private files: TlsFiles;
  private readMs = Date.now();

  /**
   * @param onNotice told while files that were renewed cannot be used.
   * @throws ConfigError where a file cannot be read, or the files do not fit together.
   */
  constructor(
    private readonly config: LokiConfig,
    private readonly onNotice: (message: string) => void
  ) {
    this.files = readTlsFiles(config);
    this.agent = makeAgent(config, this.files);
  }

  /** What requests are sent by now. */
  current(): Agent {
    const nowMs = Date.now();
    if (nowMs - this.readMs > FILE_AGE_MS) {
      this.readMs = nowMs;
      this.follow();
    }
    return this.agent;
  }

  /** Closes the connections, requests in flight included. */
  close(): Promise<void> {
    return this.agent.destroy();
  }

  private follow(): void {
    try {
      const files = readTlsFiles(this.config);
      if (textOf(files) === textOf(this.files)) {
        return;
      }
      const former = this.agent;
      this.files = files;
      this.agent = makeAgent(this.config, files);
      former.close().catch((error: Error) => this.onNotice(`connections to Loki cannot be closed: ${error.message}`));
    } catch (error) {
      this.onNotice(`${(error as Error).message}; until then the files from before are used`);
    }
  }
}

function readTlsFiles({ tls }: LokiConfig): TlsFiles {
  const read = (name: keyof TlsFiles) => {
    const file = tls[name];
    return file === undefined ? undefined : readSettingFile(`loki.tls.${name}`, file);
  };
  const files = { ca: read('ca'), cert: read('cert'), key: read('key') };
  checkTlsFiles('loki.tls', files);
  return files;
}

const textOf = ({ ca, cert, key }: TlsFiles) => [ca, cert, key].map(String).join('\n');

function makeAgent({ concurrency, timeoutMs, tls }: LokiConfig, files: TlsFiles): Agent {
  return new Agent({
    connections: concurrency,
    keepAliveTimeout: 60_000,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: {
      ...files,
      timeout: Math.min(timeoutMs, 10_000),
      servername: tls.serverName,
      rejectUnauthorized: !tls.insecureSkipVerify,
    },
  });
}
