import type { Dispatcher } from 'undici';
import { ConfigError, readSettingFile } from '../config';
import { orAborted } from '../orAborted';
import { FILE_AGE_MS, LokiAgent } from './agent';
import { readAnswer, type Answer } from './answer';
import { retryAfterMs } from './backoff';
import { compressPush } from './compress';
import { isHeaderText, type LokiConfig } from './config';

/** How much of an answer is read: Loki lists the entries that it refuses, about 300 bytes for each. */
const MAX_ANSWER_CHARS = 1024 * 1024;

/** Sends pushes to Loki over kept-alive connections, with the credentials and TLS settings of `loki`. */
export class LokiClient {
  private readonly agent: LokiAgent;
  private readonly target: { origin: string; path: string };
  private secret: { value: string; readMs: number } | undefined;

  /**
   * @param onNotice told while certificates that were renewed cannot be used.
   * @throws ConfigError where a certificate, key, token or password file cannot be used.
   */
  constructor(
    private readonly config: LokiConfig,
    onNotice: (message: string) => void
  ) {
    const url = new URL(config.url);
    const base = url.pathname.replace(/\/+$/, '');
    const path = base.endsWith('/loki/api/v1/push') ? base : `${base}/loki/api/v1/push`;
    this.target = { origin: url.origin, path: `${path}${url.search}` };
    this.agent = new LokiAgent(config, onNotice);
    this.authorization();
  }

  /**
   * Sends a prepared push.
   * @returns what Loki made of it; not to have reached it is an answer too. Never throws.
   */
  async push(body: Buffer, signal: AbortSignal): Promise<Answer> {
    try {
      const headers = this.headers();
      const sent = this.agent.current().request({ ...this.target, method: 'POST', headers, body, signal });
      // undici heeds the signal only from the time it has a connection: each push of a shutdown would wait for a name that
      // nobody looks up, or an address that does not answer, until the attempt to connect times out.
      const response = await orAborted(sent, signal);
      const text = withoutLogin(await readShort(response.body), headers['authorization']);
      const retryAfter = response.headers['retry-after'];
      const header = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter;
      return readAnswer(response.statusCode, text, retryAfterMs(header, Date.now()));
    } catch (error) {
      return {
        kind: 'later',
        reason: `${this.target.origin}: ${connectionError(error, this.config.timeoutMs)}`,
        ...(AFTER_SENDING.test((error as { code?: string }).code ?? '') && { inDoubt: true }),
      };
    }
  }

  /**
   * Asks whether Loki would take pushes, by one without streams: Loki refuses it, but only after it let us in.
   * @returns 'stored' where it would.
   */
  async probe(signal: AbortSignal): Promise<Answer> {
    const answer = await this.push(await compressPush(new Uint8Array()), signal);
    return answer.kind === 'refused' ? { kind: 'stored' } : answer;
  }

  /** Closes the connections, requests in flight included. */
  close(): Promise<void> {
    return this.agent.close();
  }

  private headers(): Record<string, string> {
    const headers: Record<string, string> = {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'user-agent': 'netobserv-flows-collector',
    };
    if (this.config.tenant !== undefined) {
      headers['x-scope-orgid'] = this.config.tenant;
    }
    const authorization = this.authorization();
    if (authorization !== undefined) {
      headers['authorization'] = authorization;
    }
    return headers;
  }

  private authorization(): string | undefined {
    const { basicAuth, bearerToken, bearerTokenFile } = this.config;
    if (basicAuth !== undefined) {
      const password = basicAuth.password ?? this.secretOf('loki.basicAuth.passwordFile', basicAuth.passwordFile);
      return `Basic ${Buffer.from(`${basicAuth.username}:${password}`).toString('base64')}`;
    }
    if (bearerToken === undefined && bearerTokenFile === undefined) {
      return undefined;
    }
    const token = bearerToken ?? this.secretOf('loki.bearerTokenFile', bearerTokenFile);
    if (!isHeaderText(token)) {
      throw new ConfigError(['loki.bearerTokenFile: its file holds more than a token; write nothing else into it']);
    }
    return `Bearer ${token}`;
  }

  private secretOf(key: string, file: string | undefined): string {
    const now = Date.now();
    if (this.secret === undefined || now - this.secret.readMs > FILE_AGE_MS) {
      this.secret = {
        value: readSettingFile(key, file ?? '')
          .toString('utf8')
          .trim(),
        readMs: now,
      };
    }
    return this.secret.value;
  }
}

async function readShort(body: Dispatcher.ResponseData['body']): Promise<string> {
  let text = '';
  body.setEncoding('utf8');
  for await (const chunk of body) {
    if (text.length < MAX_ANSWER_CHARS) {
      text += String(chunk);
    }
  }
  return text.slice(0, MAX_ANSWER_CHARS);
}

/** An answer goes to the log, and what stands before Loki may tell back in it what it was sent. */
function withoutLogin(text: string, authorization: string | undefined): string {
  const login = authorization?.split(' ')[1];
  return login === undefined || login === '' ? text : text.replaceAll(login, '(login)');
}

/** Errors that can come after Loki got the whole push. */
const AFTER_SENDING = /^(ECONNRESET|EPIPE|UND_ERR_(SOCKET|HEADERS_TIMEOUT|BODY_TIMEOUT))$/;

const CONNECTION_REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; start Loki or correct loki.url',
  ENOTFOUND: 'there is no host of that name; correct loki.url',
  EAI_AGAIN: 'the name cannot be looked up now; check DNS',
  UND_ERR_CONNECT_TIMEOUT:
    'no connection in time; check that DNS answers, and that nothing on the way drops packets (a firewall, a NetworkPolicy)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; name its CA in loki.tls.ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'its CA is not known; name it in loki.tls.ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its CA is not known; name it in loki.tls.ca',
  CERT_HAS_EXPIRED: 'its certificate has expired; renew it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; correct loki.url or loki.tls.serverName',
};

function connectionError(error: unknown, timeoutMs: number): string {
  const { message, code } = error as Error & { code?: string };
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code ?? '')) {
    return `no answer within ${timeoutMs} ms; check that Loki keeps up, or raise loki.timeoutMs`;
  }
  const remedy = CONNECTION_REMEDIES[code ?? ''];
  return remedy === undefined ? `${message}${code === undefined ? '' : ` (${code})`}` : remedy;
}
