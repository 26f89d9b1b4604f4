import { FlowEnds } from '../ends';
import type { Flow, LossReason } from '../flow';
import { spoolConfig, type SpoolConfig } from '../spool';
import type { Answer } from './answer';
import { sleep } from './backoff';
import { Backlog, type Waiting } from './backlog';
import { ROLLUPS } from './batch';
import { LokiClient } from './client';
import { onCompressFallback } from './compress';
import type { LokiConfig } from './config';
import { Delivery } from './delivery';
import type { LokiEvents, LokiStats } from './events';
import { LokiHealth } from './health';
import { labelText } from './labels';
import { extendWritten, lineWriter, type PlainLine } from './line';
import { OpenBatch } from './openBatch';
import type { Outcome } from './outcome';
import { FlowStreams, type Stream } from './streams';
import { Turns } from './turns';
import { WorkloadList } from './workloads';

export { lokiConfig, type LokiConfig } from './config';
export type { LokiEvents, LokiStats } from './events';
export type { PlainLine } from './line';

/** How often Loki is asked whether it is there while nothing was ever sent or pushes fail. */
const PROBE_MS = 5_000;

/** Batches under way beside those that are being pushed: while one waits to be sent again, others are sent. */
const MORE_UNDER_WAY = 3;

/**
 * So many pushes gather at most before they are sent, where that much comes within `batchWaitMs`: they share the streams
 * among them, so that each holds eight times as many entries of a stream. Loki's CPU for a flow falls by a tenth with four
 * of them, and by another with eight.
 */
const GATHERED_PUSHES = 8;
/** What gathers is at most this share of `queueBytes`, but for one push: put in at once, it may not push out what waits. */
const GATHERED_SHARE = 1 / 6;

/**
 * Bytes of a push that several small records of the spool make. Where an answer is lost the push is sent again, and Loki
 * tells entries that it has only in the newest block of their stream, 256 KiB: with more, some would count twice.
 */
const TOGETHER_BYTES = 64 * 1024;

/** Why flows are lost that were left at the end of a shutdown. */
const LEFT_BEHIND = 'Loki had not taken them when the time to drain was over';

/** Loki holds times as nanoseconds in 64 bits with sign, which end in the year 2262. */
const LAST_MS = 9_223_372_036_854;

/**
 * Stores flows in Loki. `write` never waits: flows gather into batches, which a few pushes at once bring to Loki.
 * What Loki cannot take now waits in the spool, or without one in memory up to `queueBytes`; then the oldest is dropped
 * and counted.
 */
export class LokiWriter {
  private readonly client: LokiClient;
  private readonly backlog: Backlog;
  private readonly streams: FlowStreams;
  private readonly workloads: WorkloadList;
  private readonly health = new LokiHealth();
  private readonly abort = new AbortController();
  private readonly workers: Array<Promise<void>>;
  private readonly lineOf: ReturnType<typeof lineWriter>;
  private readonly open = new OpenBatch();
  private timer: NodeJS.Timeout | undefined;
  private closing: Promise<void> | undefined;
  private flushWaiters: Array<() => void> = [];
  /** What was not taken when the time was over; the last writes to the spool may still drop the files of some. */
  private readonly left: Array<{ readonly waiting: Waiting; readonly outcome: Outcome }> = [];
  private batchesLeft = 0;
  private inFlightBytes = 0;
  private pendingFlows = 0;
  private recoveredFlows = 0;
  private readonly batchWaitMs: number;
  private readonly gatheredBytes: number;
  private retries = 0;
  private readonly untell: () => void;
  private folded = 0;
  private rollupsStored = 0;
  private rollupsLost = 0;

  /**
   * @param ends where the ends of flows are recognised that come without them.
   * @throws ConfigError where a file that the settings name cannot be read, or the spool's folder not be used.
   */
  constructor(
    private readonly config: LokiConfig,
    private readonly events: LokiEvents,
    spool: SpoolConfig = spoolConfig.parse({}),
    private readonly ends: FlowEnds = new FlowEnds()
  ) {
    this.client = new LokiClient(config, (message) => events.onNotice('warn', 'loki-tls', message));
    this.batchWaitMs = spool.path === undefined ? config.batchWaitMs : Math.min(config.batchWaitMs, spool.flushMs);
    const { batchBytes, queueBytes } = config;
    this.gatheredBytes = Math.max(batchBytes, Math.min(GATHERED_PUSHES * batchBytes, GATHERED_SHARE * queueBytes));
    this.backlog = this.openBacklog(spool);
    this.workloads = new WorkloadList(config.extraLabels, config.maxStreams, ends);
    this.streams = new FlowStreams(config.labels, config.extraLabels, () => config.maxStreams - this.workloads.size);
    this.lineOf = lineWriter(config.labels, ends);
    const delivery = this.makeDelivery();
    this.workers = Array.from({ length: config.concurrency + MORE_UNDER_WAY }, () => this.work(delivery));
    this.untell = onCompressFallback(({ message }) =>
      events.onNotice(
        'warn',
        'compress',
        `pushes are compressed outside their thread, which takes more memory: ${message}`
      )
    );
    void this.watch();
  }

  /**
   * Takes a flow. It is stored within about `batchWaitMs` where Loki takes it; else it waits.
   * @param exporter by which it is counted.
   */
  write(flow: Flow, exporter: string = flow.record.AgentIP): void {
    const { record, subMs } = flow;
    const { source = this.ends.source(record), destination = this.ends.destination(record) } = flow;
    if (this.closing !== undefined) {
      this.events.onLoss('shutdown', exporter, 1, 'received after the shutdown began');
      return;
    }
    if (!(record.TimeFlowEndMs >= 0 && record.TimeFlowEndMs <= LAST_MS)) {
      this.events.onLoss('rejected', exporter, 1, `the time ${record.TimeFlowEndMs} ms is none that Loki can hold`);
      return;
    }
    const nowMs = Date.now();
    const { stream, full } = this.streams.of(record, nowMs);
    const fold = full ? stream.fold : undefined;
    const into = this.open.begin();
    this.lineOf(record, into, source, destination);
    if (fold !== undefined) {
      extendWritten(into, this.open.lineStart, fold.members);
    }
    if (this.open.lineBytes > this.config.maxLineBytes) {
      const detail = `a flow of ${this.open.lineBytes} bytes is above loki.maxLineBytes`;
      this.events.onLoss('too_large', exporter, 1, detail);
      return;
    }
    if (fold !== undefined) {
      this.noteFolded(1, `more than ${this.config.maxStreams} streams`);
    }
    this.pendingFlows++;
    this.gather(fold?.stream ?? stream, record.TimeFlowEndMs, subMs, exporter);
    if (this.config.workloads) {
      for (const workload of this.workloads.linesFor(record, nowMs, source, destination)) {
        this.gatherLine(workload.stream, workload.line, record.TimeFlowEndMs, subMs, undefined);
      }
    }
  }

  /** Takes a line that is no flow; what comes of rollups is counted, the report is not. */
  writeLine({ labels, ms, subMs, line }: PlainLine, kind: 'rollup' | 'report'): void {
    if (this.closing !== undefined) {
      this.rollupsLost += kind === 'rollup' ? 1 : 0;
      return;
    }
    const stream = { labels: labelText([...labels, ...Object.entries(this.config.extraLabels)]) };
    this.gatherLine(stream, line, ms, subMs, kind === 'rollup' ? ROLLUPS : undefined);
  }

  /** Sends what has gathered, without waiting for more; done when all that was written is stored or lost. */
  async flush(): Promise<void> {
    this.seal();
    const calm = this.backlog.hurry();
    while (this.batchesLeft > 0) {
      await new Promise<void>((resolve) => this.flushWaiters.push(resolve));
    }
    calm();
  }

  /**
   * Settles once all that was written so far would outlast a kill: stored, in the spool, or lost for good and counted.
   * It never does for what is left behind by {@link close}.
   */
  durable(): Promise<void> {
    this.seal();
    return this.backlog.durable();
  }

  /**
   * Ends the writer: sends what is left, for at most `timeoutMs`. What Loki has not taken then stays in the spool;
   * without one it is counted as lost in the shutdown (a push that was under way may still have been stored).
   */
  close(timeoutMs: number): Promise<void> {
    this.closing ??= this.drain(timeoutMs);
    return this.closing;
  }

  /** Whether Loki takes what is sent, as its last answer tells. */
  ready(): { ok: boolean; reason?: string } {
    return this.health.state;
  }

  get stats(): LokiStats {
    return {
      pendingFlows: this.pendingFlows,
      recoveredFlows: this.recoveredFlows,
      queueBytes: this.open.bytes + this.backlog.memoryBytes + this.inFlightBytes,
      spool: this.backlog.spoolStats,
      streams: this.streams.size,
      workloads: this.workloads.size,
      retries: this.retries,
      folded: this.folded,
      rollupsStored: this.rollupsStored,
      rollupsLost: this.rollupsLost,
    };
  }

  private gatherLine(stream: Stream, line: string, ms: number, subMs: number, counter: string | undefined): void {
    this.open.begin().text(line);
    this.gather(stream, ms, subMs, counter);
  }

  /** Takes the line that was begun. */
  private gather(stream: Stream, ms: number, subMs: number, counter: string | undefined): void {
    if (this.open.bytes > 0 && this.open.bytes + this.open.cost(stream) > this.gatheredBytes) {
      this.seal();
    }
    this.open.commit(stream, ms, subMs, counter);
    this.timer ??= setTimeout(() => this.seal(), this.batchWaitMs);
  }

  private seal(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const batch of this.open.seal(this.config.batchBytes)) {
      this.batchesLeft++;
      this.backlog.put(batch);
    }
  }

  private openBacklog(spool: SpoolConfig): Backlog {
    let spoiltFlows = 0;
    let isOpen = false;
    const { queueBytes, batchBytes, batchWaitMs } = this.config;
    const together = { bytes: Math.min(TOGETHER_BYTES, batchBytes), ms: batchWaitMs - this.batchWaitMs };
    const backlog = new Backlog(queueBytes, spool, together, {
      onLoss: (flows, batches, reason, detail) => {
        if (!isOpen) {
          // Found at the start: it was never among what waits.
          const count = [...flows.values()].reduce((sum, one) => sum + one, 0);
          spoiltFlows += count;
          this.pendingFlows += count;
          this.batchesLeft += batches;
        }
        this.lose(flows, reason, detail);
        this.batchesDone(batches);
      },
      onNotice: (message) => this.events.onNotice('warn', 'spool', message),
    });
    isOpen = true;
    const { flows = 0, records = 0 } = backlog.spoolStats ?? {};
    this.recoveredFlows = flows + spoiltFlows;
    this.pendingFlows += flows;
    this.batchesLeft += records;
    if (flows > 0) {
      this.events.onNotice('info', 'spool-recovered', `${flows} flows are in the spool from before and will be sent`);
    }
    return backlog;
  }

  private async work(delivery: Delivery): Promise<void> {
    for (let next = await this.backlog.take(); next !== undefined; next = await this.backlog.take()) {
      const { parcel } = next;
      this.inFlightBytes += parcel.bytes;
      const outcome = await delivery.deliver(parcel);
      this.inFlightBytes -= parcel.bytes;
      if (outcome.left.size > 0) {
        this.left.push({ waiting: next, outcome });
      } else {
        this.settle(next, outcome);
      }
    }
  }

  /** What is kept is sent again after the next start, all of it, and counted then. */
  private settleLeft(): void {
    for (const { waiting, outcome } of this.left) {
      if (!waiting.isKept()) {
        this.settle(waiting, outcome);
      }
    }
  }

  private settle({ batches, settle }: Waiting, outcome: Outcome): void {
    settle(outcome.left.size === 0);
    this.report(outcome);
    this.batchesDone(batches);
  }

  private report({ stored, lost, left }: Outcome): void {
    for (const [exporter, flows] of stored) {
      if (exporter === ROLLUPS) {
        this.rollupsStored += flows;
        continue;
      }
      this.pendingFlows -= flows;
      this.events.onStored(exporter, flows);
    }
    for (const { flows, reason, detail } of lost) {
      this.lose(flows, reason, detail);
    }
    this.lose(left, 'shutdown', LEFT_BEHIND);
  }

  private batchesDone(count: number): void {
    this.batchesLeft -= count;
    for (const resolve of this.flushWaiters.splice(0)) {
      resolve();
    }
  }

  private async drain(timeoutMs: number): Promise<void> {
    this.seal();
    this.backlog.end();
    const timer = setTimeout(() => {
      this.abort.abort();
      this.backlog.halt();
    }, timeoutMs);
    await Promise.all(this.workers);
    clearTimeout(timer);
    this.abort.abort();
    this.settleLeft();
    await this.backlog.close();
    await this.client.close();
    this.untell();
  }

  private makeDelivery(): Delivery {
    const bounds = { minMs: this.config.backoffMinMs, maxMs: this.config.backoffMaxMs };
    return new Delivery(
      {
        push: (body, signal) => this.client.push(body, signal),
        onAnswer: (answer, seconds) => this.onAnswer(answer, seconds),
        onRetry: () => this.retries++,
        onStreamRefused: (stream) => this.streams.refuse(stream.labels, Date.now()),
        onFolded: (entries) => this.noteFolded(entries, 'Loki has no room for more streams'),
      },
      bounds,
      this.abort.signal,
      new Turns(this.config.concurrency)
    );
  }

  private onAnswer(answer: Answer, seconds: number): void {
    this.events.onPush(answer.kind, seconds);
    this.noteHealth(answer);
  }

  private noteHealth(answer: Answer): void {
    const change = this.health.note(answer, Date.now());
    if (answer.kind === 'later') {
      this.events.onNotice(
        'warn',
        'loki',
        `Loki takes no flows now, they wait and will be sent again: ${answer.reason}`
      );
    } else if (change === 'recovered') {
      this.events.onNotice('info', 'loki-recovered', 'Loki takes flows again');
    }
  }

  private lose(lost: ReadonlyMap<string, number>, reason: LossReason, detail: string): void {
    for (const [exporter, flows] of lost) {
      if (exporter === ROLLUPS) {
        this.rollupsLost += flows;
        continue;
      }
      this.pendingFlows -= flows;
      this.events.onLoss(reason, exporter, flows, detail);
    }
  }

  private noteFolded(flows: number, why: string): void {
    this.folded += flows;
    const advice = 'shorten loki.labels, or raise loki.maxStreams together with max_global_streams_per_user of Loki';
    this.events.onNotice('warn', 'streams', `${why}: further label combinations go to a stream with fewer; ${advice}`);
  }

  /** Asks for Loki while no push tells how it is: before the first flow, and while it is away. */
  private async watch(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      if (!this.health.state.ok && this.inFlightBytes === 0) {
        const answer = await this.client.probe(signal);
        if (!signal.aborted) {
          this.noteHealth(answer);
        }
      }
      await sleep(PROBE_MS, signal);
    }
  }
}
