import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FLOW_APP } from '@netobserv-flows/schema';
import type { Status } from '../../../collector/src/status';
import { startLoki, type RunningLoki } from '../../../stack/loki/loki';
import { freePort } from '../../../stack/process/ports';
import { LokiClient } from '../lokiClient';
import { CollectorProcess, READY_WITHIN_MS } from './collectorProcess';
import { NumberedExporter } from './exporter';
import { LateTemplates } from './lateTemplates';
import { LokiProxy } from './lokiProxy';
import { spooledNumbers, storedNumbers } from './readBack';
import { Stalls } from './stalls';

/** One kill of the collector. */
export interface Kill {
  readonly atMs: number;
  /** When the next one received. */
  readonly backMs: number;
  /** Flows that were in the spool at the kill. */
  readonly spooled: readonly number[];
}

/** What a round of chaos came to. */
export interface Verdict {
  readonly sent: number;
  /** Of those, the flows that Loki refuses. */
  readonly refused: number;
  readonly stored: number;
  /** Flows as Loki counts them in a metric query. */
  readonly counted: number;
  /** Flows that Loki may have although its answer was lost, or not noted before a kill: these alone can count twice. */
  readonly doubted: number;
  /** Flows that Loki has more than once. */
  readonly twice: number[];
  /** Flows that Loki has and nobody sent. */
  readonly unknown: number[];
  /** Flows that were in the spool at a kill, are not in Loki, and that Loki does not refuse. */
  readonly spooledAndLost: number[];
  /** Flows not in Loki that it does not refuse, sent while a collector received and had time to spool them. */
  readonly unexplained: number[];
  /** Flows that were lost by each kill although they were sent before it: they were not spooled yet. */
  readonly lostByKill: number[];
  readonly kills: number;
  /** The longest that the machine let this process wait, in ms. */
  readonly stalledMs: number;
  /** Flows that were in the spool at the kills. */
  readonly spooled: number;
  /** Number of the last flow that was sent. */
  readonly lastNumber: number;
  /** Of the collector that ran last. */
  readonly status: Status;
}

/** What the stand is made of. */
export interface StandOptions {
  /** Loki's program. */
  readonly binary: string;
}

/** How the collector is run. */
export interface CollectorOptions {
  /** Settings of its spool. */
  readonly spool?: Record<string, unknown>;
  /** Settings of how it sends, beside quick retries. */
  readonly loki?: Record<string, unknown>;
  /** Writes that would make a file larger fail, as on a full disk. */
  readonly maxFileBytes?: number;
}

/** The longest that a flow is on its way from the socket into the spool, where the machine runs: one slow write. */
const SPOOLED_WITHIN_MS = 1500;
/** What happened so long before a kill has no part in what was on its way. */
const LOOK_BACK_MS = 10_000;
/** How often a collector that does not answer in time, on a machine that others use, is asked again. */
const ASK_AGAIN = 60;
/** What takes the collector some seconds by itself has so long, as it may have to share the machine. */
const DONE_WITHIN_MS = 60_000;
const PORT_LABEL = 'DstPort';

/** A real Loki, a proxy, a collector and an exporter, each of which can be made to fail while flows come in. */
export class Stand {
  readonly exporter: NumberedExporter;
  /** One that sends its templates late. */
  readonly late: LateTemplates;
  private readonly kills: Kill[] = [];
  private readonly stalls = new Stalls();
  /** When the round began: no flow of it was sent before, whenever its template was. */
  private roundMs = Date.now();
  private firstNumber = 1;
  private collectorOptions: CollectorOptions = {};

  private constructor(
    private readonly options: StandOptions,
    /** Where logs, the spool and Loki's data are. */
    readonly folder: string,
    readonly proxy: LokiProxy,
    private readonly ports: { loki: number; udp: number; http: number },
    private loki: RunningLoki,
    private collector: CollectorProcess
  ) {
    this.exporter = new NumberedExporter(ports.udp);
    this.late = new LateTemplates(this.exporter, ports.udp);
  }

  static async start(options: StandOptions): Promise<Stand> {
    const folder = mkdtempSync(join(tmpdir(), 'collector-chaos-'));
    const ports = { loki: await freePort(), udp: await freePort('udp'), http: await freePort() };
    const loki = await lokiIn(folder, ports.loki, options.binary);
    const proxy = await LokiProxy.start(loki.url);
    const collector = await startCollector(folder, proxy.url, ports, {});
    return new Stand(options, folder, proxy, ports, loki, collector);
  }

  /** Kills Loki, and starts it again after a while. */
  async killLoki(awayMs: number): Promise<void> {
    await this.loki.child?.kill();
    await sleep(awayMs);
    this.loki = await lokiIn(this.folder, this.ports.loki, this.options.binary);
  }

  /** Kills the collector, looks into its spool, and starts it again. */
  async killCollector(): Promise<void> {
    const atMs = Date.now();
    await this.collector.kill();
    const spooled = await spooledNumbers(this.spoolFolder);
    this.proxy.noteKill();
    this.collector = await startCollector(this.folder, this.proxy.url, this.ports, this.collectorOptions);
    this.kills.push({ atMs, backMs: Date.now(), spooled });
  }

  /** Stops the collector in order and starts it with other settings; between rounds. */
  async restartCollector(options: CollectorOptions): Promise<void> {
    this.collectorOptions = options;
    await this.collector.stop();
    this.collector = await startCollector(this.folder, this.proxy.url, this.ports, options);
  }

  /** Waits until a kill would not lose what waits for its template. */
  async waitingKept(): Promise<void> {
    const until = Date.now() + DONE_WITHIN_MS;
    while (!this.late.isKept(this.waitingFile)) {
      if (Date.now() > until) {
        throw new Error(`what waits for its template is not in ${this.waitingFile}\n${this.collector.tail()}`);
      }
      await sleep(200);
    }
  }

  /** Sends templates until nothing waits for them: a datagram hands out only so much. */
  async sendTemplates(): Promise<void> {
    const until = Date.now() + DONE_WITHIN_MS;
    do {
      if (Date.now() > until) {
        throw new Error(`data waits, though its template is sent again and again\n${this.collector.tail()}`);
      }
      this.late.sendTemplates();
      await sleep(200);
    } while ((await this.status()).waitingSets > 0);
  }

  /** @throws Error where it does not answer for five minutes. */
  async status(): Promise<Status> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.collector.status();
      } catch (error) {
        if (!(error instanceof Error && error.name === 'TimeoutError') || tries === ASK_AGAIN) {
          throw error;
        }
      }
    }
  }

  /**
   * Ends the round: no more faults, no more flows; waits until nothing is pending, and compares what was sent with
   * what Loki has. The next round starts behind it.
   */
  async settle(timeoutMs = 120_000): Promise<Verdict> {
    this.exporter.pause();
    this.proxy.fault = 'pass';
    // What was decoded shortly before a kill may wait once more.
    await this.sendTemplates();
    const until = Date.now() + timeoutMs;
    let status = await this.status();
    while (status.pending > 0 || status.decoded < (await this.settled(status)).decoded) {
      if (Date.now() > until) {
        throw new Error(`flows are still pending: ${JSON.stringify(status)}\n${this.collector.tail()}`);
      }
      await sleep(200);
      status = await this.status();
    }
    const client = new LokiClient(`http://127.0.0.1:${this.ports.loki}`);
    const fromMs = this.roundMs - 1000;
    const toMs = Date.now() + 1000;
    const selector = `{app="${FLOW_APP}"}`;
    const stored = await storedNumbers(client, selector, fromMs, toMs);
    const count = `sum(count_over_time(${selector} | json Bytes="Bytes" | Bytes >= ${this.firstNumber} [${toMs - fromMs}ms]))`;
    const counted = await client.figure(count, BigInt(toMs) * 1_000_000n);
    const verdict = { ...this.judge(stored, status), counted, doubted: this.proxy.takeDoubted() };
    this.firstNumber = this.exporter.count + 1;
    this.roundMs = Date.now();
    this.kills.length = 0;
    return verdict;
  }

  /** Ends everything. @param keep leave the folder as it is, to be looked into. */
  async close(keep = false): Promise<void> {
    this.stalls.stop();
    this.exporter.close();
    this.late.close();
    await this.collector.stop();
    this.proxy.close();
    await this.loki.stop();
    if (!keep) {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }

  /** What was sent last may still be in the socket. */
  private async settled(before: Status): Promise<Status> {
    await sleep(300);
    const after = await this.status();
    return after.datagrams > before.datagrams ? { ...after, decoded: after.decoded + 1 } : after;
  }

  private judge(stored: readonly number[], status: Status): Omit<Verdict, 'counted' | 'doubted'> {
    const { sentMs, refused, count } = this.exporter;
    const counts = new Map<number, number>();
    for (const number of stored.filter((one) => one >= this.firstNumber)) {
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    const missing: number[] = [];
    for (let number = this.firstNumber; number <= count; number++) {
      if (!counts.has(number) && !refused.has(number)) {
        missing.push(number);
      }
    }
    const spans = this.kills.map(({ atMs, backMs }) => {
      const onItsWayMs = SPOOLED_WITHIN_MS + this.stalls.between(atMs - LOOK_BACK_MS, atMs);
      return { fromMs: atMs - onItsWayMs, atMs, backMs };
    });
    const lostByKill = spans.map(
      ({ fromMs, atMs }) => missing.filter((number) => sentMs[number]! <= atMs && sentMs[number]! > fromMs).length
    );
    const explained = (ms: number) => spans.some(({ fromMs, backMs }) => ms > fromMs && ms <= backMs);
    const spooled = new Set(this.kills.flatMap((kill) => kill.spooled));
    return {
      sent: count - this.firstNumber + 1,
      refused: [...refused].filter((number) => number >= this.firstNumber).length,
      stored: counts.size,
      twice: [...counts].filter(([, times]) => times > 1).map(([number]) => number),
      unknown: [...counts.keys()].filter((number) => !(number <= count)),
      spooledAndLost: missing.filter((number) => spooled.has(number)),
      unexplained: missing.filter((number) => !explained(sentMs[number]!)),
      lostByKill,
      kills: this.kills.length,
      stalledMs: this.stalls.longest(this.roundMs, Date.now()),
      spooled: spooled.size,
      lastNumber: count,
      status,
    };
  }

  private get spoolFolder(): string {
    return join(this.folder, 'spool');
  }

  private get waitingFile(): string {
    return join(this.spoolFolder, 'waiting.json');
  }
}

function lokiIn(folder: string, port: number, binary: string): Promise<RunningLoki> {
  return startLoki({ dataDir: join(folder, 'loki'), port, binary, readyWithinMs: READY_WITHIN_MS });
}

function startCollector(
  folder: string,
  url: string,
  ports: { udp: number; http: number },
  { spool, loki, maxFileBytes }: CollectorOptions
): Promise<CollectorProcess> {
  const config = {
    receive: { listen: [`127.0.0.1:${ports.udp}`] },
    spool: { path: join(folder, 'spool'), ...spool },
    loki: {
      ...{ url, labels: [PORT_LABEL], backoffMinMs: 50, backoffMaxMs: 1000, timeoutMs: 10_000, drainMs: 5000 },
      ...loki,
    },
  };
  return CollectorProcess.start(folder, config, ports.http, maxFileBytes);
}
