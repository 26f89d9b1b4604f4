import { refusesWholeStream, type Answer } from './answer';
import { backoffMs, sleep, type BackoffBounds } from './backoff';
import { entryCount, flowsByExporter, halve, makeBatch, rollupCount, type Batch } from './batch';
import { encodePush } from './encode';
import { extendLine } from './line';
import { Refusals } from './refusals';
import type { Stream } from './streams';

/** Server errors after which a batch that alone fails is taken apart. */
const POISON_ATTEMPTS = 10;

/** What a delivery needs of its surroundings. */
export interface DeliveryPort {
  prepare(push: Uint8Array): Promise<Buffer>;
  push(body: Buffer, signal: AbortSignal): Promise<Answer>;
  /** One push is over: what came of it and how long it took. */
  onAnswer(answer: Answer, seconds: number): void;
  onRetry(): void;
  onStored(batch: Batch): void;
  onLost(batch: Batch, reason: 'rejected' | 'too_large' | 'shutdown', detail: string): void;
  /** Loki had no room for a stream. */
  onStreamRefused(stream: Stream): void;
  /** Entries went to a stream with fewer labels. */
  onFolded(entries: number): void;
}

/**
 * Brings batches to Loki, each until every entry of it is stored or refused for good: waits and repeats where Loki
 * cannot take it now, and takes a batch apart where Loki refuses some of it, so that only those entries are lost.
 *
 * A repeated push has the same bytes, and entries that come again in a smaller push have the same stream, time and
 * line: Loki keeps one of them.
 */
export class Delivery {
  private successes = 0;

  constructor(
    private readonly port: DeliveryPort,
    private readonly bounds: BackoffBounds,
    private readonly signal: AbortSignal
  ) {}

  /** Ends when nothing of the batch is left to do; at the signal, what is left counts as lost in the shutdown. */
  async deliver(batch: Batch): Promise<void> {
    const refusals = new Refusals();
    const pieces = [batch];
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      if (this.signal.aborted) {
        this.port.onLost(piece, 'shutdown', 'Loki had not taken them when the time to drain was over');
        continue;
      }
      const { refused, rest, reason } = refusals.apply(piece);
      this.lose(refused, reason);
      if (rest.streams.length > 0) {
        pieces.unshift(...this.settle(rest, await this.pushUntilDecided(rest), refusals));
      }
    }
  }

  /** Acts on an answer. @returns what is left to send. */
  private settle(piece: Batch, answer: Answer, refusals: Refusals): Batch[] {
    switch (answer.kind) {
      case 'stored':
        this.port.onStored(piece);
        return [];
      case 'refused':
        return this.withoutRefused(piece, answer.reason, refusals);
      case 'too_large':
        return this.split(piece, 'too_large', answer.reason);
      case 'stream_limit':
        return this.withFewerStreams(piece, answer.reason);
      case 'later':
        return this.signal.aborted ? [piece] : this.split(piece, 'rejected', answer.reason);
    }
  }

  private split(piece: Batch, reason: 'rejected' | 'too_large', detail: string): Batch[] {
    if (entryCount(piece) > 1) {
      return halve(piece);
    }
    this.port.onLost(piece, reason, detail);
    return [];
  }

  /** Entries whose refusal follows from what Loki said go at once; else the halves are tried. */
  private withoutRefused(piece: Batch, reason: string, refusals: Refusals): Batch[] {
    if (piece.streams.length === 1 && refusesWholeStream(reason)) {
      this.lose(piece, reason);
      return [];
    }
    const { refused, rest } = refusals.learn(piece, reason);
    if (refusals.exhausted) {
      this.lose(piece, `${reason} (not looked into further: too many refusals)`);
      return [];
    }
    if (entryCount(refused) === 0) {
      return this.split(piece, 'rejected', reason);
    }
    this.lose(refused, reason);
    return [rest];
  }

  private lose(refused: Batch, reason: string): void {
    if (refused.streams.length > 0) {
      this.port.onLost(refused, 'rejected', reason);
    }
  }

  /**
   * Each stream is sent alone, as only the answer to itself tells whether it was taken; one that was not goes into
   * its fold, and is in no other push.
   */
  private withFewerStreams(piece: Batch, reason: string): Batch[] {
    const [only] = piece.streams;
    if (piece.streams.length > 1 || only === undefined) {
      return piece.streams.map((one) => makeBatch([one]));
    }
    const { fold } = only.stream;
    this.port.onStreamRefused(only.stream);
    if (fold === undefined) {
      return this.split(piece, 'rejected', reason);
    }
    this.port.onFolded(only.entries.length);
    const entries = only.entries.map((entry) => ({ ...entry, line: extendLine(entry.line, fold.members) }));
    return [makeBatch([{ stream: fold.stream, entries }])];
  }

  /**
   * Sends a batch until Loki takes or refuses it.
   * @returns 'later' only at the signal, or where this batch alone keeps failing with server errors.
   */
  private async pushUntilDecided(batch: Batch): Promise<Answer> {
    const body = await this.port.prepare(encodePush(batch));
    const successesBefore = this.successes;
    for (let attempt = 1; ; attempt++) {
      const started = performance.now();
      const answer = await this.port.push(body, this.signal);
      if (this.signal.aborted && answer.kind === 'later') {
        return answer;
      }
      this.port.onAnswer(answer, (performance.now() - started) / 1000);
      if (answer.kind === 'stored') {
        this.successes++;
      }
      if (!needsWait(answer, batch)) {
        return answer;
      }
      if (attempt >= POISON_ATTEMPTS && isServerError(answer) && this.successes > successesBefore) {
        return answer;
      }
      const asked = answer.kind === 'later' ? answer.retryAfterMs : undefined;
      await sleep(backoffMs(attempt, this.bounds, asked), this.signal);
      if (this.signal.aborted) {
        return { kind: 'later', reason: 'the time to drain was over' };
      }
      this.port.onRetry();
    }
  }
}

/** Where Loki has no room even for the last resort, a stream of flows or rollups that cannot be folded, it is like a rate limit. */
function needsWait(answer: Answer, batch: Batch): boolean {
  const foldable = batch.streams.length > 1 || batch.streams[0]?.stream.fold !== undefined;
  const kept = () => flowsByExporter(batch).size > 0 || rollupCount(batch) > 0;
  return answer.kind === 'later' || (answer.kind === 'stream_limit' && !foldable && kept());
}

function isServerError(answer: Answer): boolean {
  return answer.kind === 'later' && answer.status !== undefined && answer.status >= 500;
}
