import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { type Child, startChild, waitUntilReady } from '../process/child';
import { freePort } from '../process/ports';
import type { ControlPlanePrograms } from './programs';

/** A user of the API server who logs in by a token. */
export interface ControlPlaneUser {
  readonly name: string;
  readonly groups?: readonly string[];
}

/** How to start a control plane. */
export interface ControlPlaneOptions {
  readonly programs: ControlPlanePrograms;
  /** Folder for data, logs, keys and kubeconfigs; made where missing. */
  readonly folder: string;
  /** Users beside `admin`, who may do everything; what these may do is for RBAC rules to say. */
  readonly users?: readonly ControlPlaneUser[];
}

const ADMIN: ControlPlaneUser = { name: 'admin', groups: ['system:masters'] };
const tokenOf = ({ name }: ControlPlaneUser) => `token-of-${name}`;

/** What an API server answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * A genuine etcd and kube-apiserver on 127.0.0.1, with RBAC and dual-stack Services, but without nodes and controllers:
 * what controllers and kubelets write, tests write.
 */
export class ControlPlane {
  #apiServer: Child | undefined;
  #etcd: Child | undefined;

  private constructor(
    private readonly options: ControlPlaneOptions,
    private readonly ports: { readonly api: number; readonly etcd: number; readonly peer: number }
  ) {}

  /**
   * Starts both and waits until the API server is ready.
   * @throws Error with the last log lines of the one that does not get ready.
   */
  static async start(options: ControlPlaneOptions): Promise<ControlPlane> {
    const ports = { api: await freePort(), etcd: await freePort(), peer: await freePort() };
    const plane = new ControlPlane(options, ports);
    try {
      plane.writeKeys();
      await plane.startEtcd();
      await plane.startApiServer();
      return plane;
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  /** Base address of the API server. */
  get url(): string {
    return `https://127.0.0.1:${this.ports.api}`;
  }

  /** Base address of etcd, whose HTTP gateway tests use to store many objects at once and to compact. */
  get etcdUrl(): string {
    return `http://127.0.0.1:${this.ports.etcd}`;
  }

  /** Path of a kubeconfig for a user. */
  kubeconfig(user: string = ADMIN.name): string {
    const file = join(this.options.folder, `kubeconfig-${user}`);
    const cluster = { server: this.url, 'certificate-authority': this.certificate };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      clusters: [{ name: 'test', cluster }],
      users: [{ name: user, user: { token: tokenOf({ name: user }) } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user } }],
    };
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  /** Asks the API server something as `admin`; the status is for the caller to judge. */
  ask(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<ApiAnswer> {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${tokenOf(ADMIN)}`,
      ...(text !== undefined && { 'content-type': contentType, 'content-length': String(Buffer.byteLength(text)) }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}${path}`, { method, headers, ca: readFileSync(this.certificate) }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') })
        );
      });
      sent.on('error', reject);
      sent.end(text);
    });
  }

  /** Kills the API server as a crash would. */
  async killApiServer(): Promise<void> {
    await this.#apiServer?.kill();
  }

  /** Starts the API server, again where it was killed, and waits until it is ready. */
  async startApiServer(): Promise<void> {
    const { programs, folder } = this.options;
    const file = (name: string) => join(folder, name);
    this.#apiServer = startChild({
      name: 'kube-apiserver',
      command: programs.apiServer,
      args: [
        `--etcd-servers=${this.etcdUrl}`,
        ...['--bind-address=127.0.0.1', `--secure-port=${this.ports.api}`, `--cert-dir=${file('certificates')}`],
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-key-file=${file('service-account.pub')}`,
        `--service-account-signing-key-file=${file('service-account.key')}`,
        ...['--authorization-mode=RBAC', `--token-auth-file=${file('tokens.csv')}`],
        '--service-cluster-ip-range=172.30.0.0/16,fd00:30::/112',
        // There is no controller that makes service accounts, and no node whose address could be told to clients.
        ...['--disable-admission-plugins=ServiceAccount', '--endpoint-reconciler-type=none'],
      ],
      logFile: file('kube-apiserver.log'),
    });
    await waitUntilReady(this.#apiServer, async () => (await this.ask('GET', '/readyz')).status === 200);
  }

  /** Stops both. */
  async stop(): Promise<void> {
    await this.#apiServer?.kill();
    await this.#etcd?.kill();
  }

  private get certificate(): string {
    return join(this.options.folder, 'certificates', 'apiserver.crt');
  }

  private writeKeys(): void {
    const { folder, users = [] } = this.options;
    mkdirSync(folder, { recursive: true });
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(join(folder, 'service-account.key'), privateKey.export({ type: 'sec1', format: 'pem' }));
    writeFileSync(join(folder, 'service-account.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    const lines = [ADMIN, ...users].map((user) => {
      const groups = (user.groups ?? []).join(',');
      return `${tokenOf(user)},${user.name},${user.name}${groups === '' ? '' : `,"${groups}"`}`;
    });
    writeFileSync(join(folder, 'tokens.csv'), `${lines.join('\n')}\n`);
  }

  private async startEtcd(): Promise<void> {
    const { programs, folder } = this.options;
    const peer = `http://127.0.0.1:${this.ports.peer}`;
    this.#etcd = startChild({
      name: 'etcd',
      command: programs.etcd,
      args: [
        ...['--name=test', `--data-dir=${join(folder, 'etcd')}`, '--log-level=warn', '--logger=zap'],
        ...[`--listen-client-urls=${this.etcdUrl}`, `--advertise-client-urls=${this.etcdUrl}`],
        ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=test=${peer}`],
      ],
      logFile: join(folder, 'etcd.log'),
    });
    const isHealthy = async () => (await fetch(`${this.etcdUrl}/health`)).ok;
    await waitUntilReady(this.#etcd, isHealthy);
  }
}
