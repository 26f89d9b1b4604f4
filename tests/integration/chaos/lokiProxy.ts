import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FLOW_APP } from '@netobserv-flows/schema';
import { decodeBody } from '../../../collector/test/loki/decodePush';

/**
 * How a proxy treats pushes: `pass` hands them on; `429` and `500` are answered without Loki seeing them; `slow` waits
 * two seconds; `deaf` hands them on and cuts the connection instead of telling Loki's answer.
 */
export type Fault = 'pass' | '429' | '500' | 'slow' | 'deaf';

const nameOf = (push: Buffer) => createHash('sha1').update(push).digest('base64');

/** A proxy in front of a real Loki that can misbehave. */
export class LokiProxy {
  fault: Fault = 'pass';
  /** Pushes by what was done with them. */
  readonly pushes: Record<Fault, number> = { pass: 0, '429': 0, '500': 0, slow: 0, deaf: 0 };
  /** Flows of the pushes that Loki may have although its answer did not reach the collector, by the push. */
  private readonly doubted = new Map<string, number>();
  /** Pushes that Loki has taken. */
  private readonly taken = new Set<string>();
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly server: Server,
    private readonly target: URL
  ) {}

  static async start(lokiUrl: string): Promise<LokiProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new LokiProxy(server, new URL(lokiUrl));
    server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
      proxy.handle(incoming, response).catch(() => response.destroy());
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Flows that Loki may have while the collector could not know; each is counted once. Counts anew afterwards. */
  takeDoubted(): number {
    const sum = [...this.doubted.values()].reduce((total, flows) => total + flows, 0);
    this.doubted.clear();
    this.taken.clear();
    return sum;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
    this.agent.destroy();
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { fault } = this;
    this.pushes[fault]++;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) {
      chunks.push(chunk as Buffer);
    }
    if (fault === '429' || fault === '500') {
      response.writeHead(Number(fault)).end(fault === '429' ? 'ingestion rate limit exceeded' : 'oops');
      return;
    }
    if (fault === 'slow') {
      await sleep(2000);
    }
    const body = Buffer.concat(chunks);
    const name = nameOf(body);
    if (this.taken.has(name)) {
      // The collector was killed when the answer had come and it had not noted that yet.
      this.doubt(name, body);
    }
    try {
      const answer = await this.forward(incoming, body);
      if (answer.status < 300) {
        this.taken.add(name);
      }
      if (fault === 'deaf' || response.destroyed) {
        this.doubt(name, body);
        incoming.socket.destroy();
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'text/plain' }).end(answer.body);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') {
        this.doubt(name, body);
      }
      throw error;
    }
  }

  private doubt(name: string, body: Buffer): void {
    const flows = decodeBody(body).filter(({ labels }) => labels.includes(`app="${FLOW_APP}"`));
    const count = flows.reduce((sum, { entries }) => sum + entries.length, 0);
    this.doubted.set(name, count);
  }

  private forward(incoming: IncomingMessage, body: Buffer): Promise<{ status: number; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.target;
      const headers = { ...incoming.headers, 'content-length': String(body.length) };
      const options = { hostname, port, path: incoming.url, method: incoming.method, headers, agent: this.agent };
      const outgoing = request(options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 502, body: Buffer.concat(chunks) }));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
