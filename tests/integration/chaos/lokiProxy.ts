import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FLOW_APP } from '@netobserv-flows/schema';
import { decodeBody } from '../../../collector/test/loki/decodePush';
import { numberOf } from './readBack';

/**
 * How a proxy treats pushes: `pass` hands them on; `429` and `500` are answered without Loki seeing them; `slow` waits
 * two seconds; `deaf` hands them on and cuts the connection instead of telling Loki's answer.
 */
export type Fault = 'pass' | '429' | '500' | 'slow' | 'deaf';

/** Numbers of the flows in a push. */
const numbersIn = (push: Buffer) =>
  decodeBody(push)
    .filter(({ labels }) => labels.includes(`app="${FLOW_APP}"`))
    .flatMap(({ entries }) => entries.map(({ line }) => numberOf(line)));

/** A proxy in front of a real Loki that can misbehave. */
export class LokiProxy {
  fault: Fault = 'pass';
  /** Pushes by what was done with them. */
  readonly pushes: Record<Fault, number> = { pass: 0, '429': 0, '500': 0, slow: 0, deaf: 0 };
  /** Flows that Loki may have although its answer did not reach the collector, or that were sent again by the next one. */
  private readonly doubted = new Set<number>();
  /** Flows of pushes that Loki has answered: it has them, or refused some of them. */
  private readonly answered = new Set<number>();
  /** Those of them from before a kill: the collector may not have noted the answer, and the next one combines anew. */
  private readonly answeredBeforeKill = new Set<number>();
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
    const { size } = this.doubted;
    this.doubted.clear();
    this.answered.clear();
    this.answeredBeforeKill.clear();
    return size;
  }

  /** The collector was killed: what was answered may be sent again. */
  noteKill(): void {
    this.answered.forEach((number) => this.answeredBeforeKill.add(number));
    this.answered.clear();
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
    const numbers = numbersIn(body);
    this.doubt(numbers.filter((number) => this.answeredBeforeKill.has(number)));
    try {
      const answer = await this.forward(incoming, body);
      // Of a push that is refused in part, Loki has the rest.
      if (answer.status < 300 || answer.status === 400) {
        numbers.forEach((number) => this.answered.add(number));
      }
      if (fault === 'deaf' || response.destroyed) {
        this.doubt(numbers);
        incoming.socket.destroy();
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'text/plain' }).end(answer.body);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') {
        this.doubt(numbers);
      }
      throw error;
    }
  }

  private doubt(numbers: readonly number[]): void {
    numbers.forEach((number) => this.doubted.add(number));
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
