import { refusedEntries, refusesBlocked, refusesWholeStream, type Answer } from './answer';
import { backoffMs, sleep, type BackoffBounds } from './backoff';
import { entryCount, flowsByExporter, halve, makeBatch, type Batch } from './batch';
import { BlockedStreams } from './blocked';
import { Doubts } from './doubts';
import { extendLine } from './line';
import { Outcome, type Refusal } from './outcome';
import { memoryParcel, type Parcel } from './parcel';
import { Refusals } from './refusals';
import type { Stream } from './streams';
import type { Turns } from './turns';

/** Server errors after which a batch that alone fails is taken apart. */
const POISON_ATTEMPTS = 10;

/** What a delivery needs of its surroundings. */
export interface DeliveryPort {
  push(body: Buffer, signal: AbortSignal): Promise<Answer>;
  /** One push is over: what came of it and how long it took. */
  onAnswer(answer: Answer, seconds: number): void;
  onRetry(): void;
  /** Loki had no room for a stream. */
  onStreamRefused(stream: Stream): void;
  /** Entries went to a stream with fewer labels. */
  onFolded(entries: number): void;
}

/**
 * Brings parcels to Loki, each until every entry of it is stored or refused for good: waits and repeats where Loki
 * cannot take it now, and takes a parcel apart where Loki refuses some of it, so that only those entries are lost.
 *
 * A repeated push has the same bytes, and entries that come again in a smaller push have the same stream, time and
 * line: Loki keeps one of them.
 */
export class Delivery {
  private successes = 0;
  private readonly doubts = new Doubts();
  private readonly blocked = new BlockedStreams();

  constructor(
    private readonly port: DeliveryPort,
    private readonly bounds: BackoffBounds,
    private readonly signal: AbortSignal,
    /** Who waits between attempts leaves the turn to others. */
    private readonly turns: Turns
  ) {}

  /** Ends when nothing of the parcel is left to do, or at the signal. @returns what became of its flows. */
  async deliver(parcel: Parcel): Promise<Outcome> {
    const outcome = new Outcome();
    if (this.signal.aborted) {
      outcome.leave(parcel.flows);
      return outcome;
    }
    const answer = await this.pushUntilDecided(parcel);
    if (answer.kind === 'stored') {
      outcome.store(parcel.flows);
      return outcome;
    }
    if (this.signal.aborted && answer.kind === 'later') {
      outcome.leave(parcel.flows);
      return outcome;
    }
    await this.deliverPieces(await parcel.batch(), answer, outcome);
    return outcome;
  }

  private async deliverPieces(batch: Batch, first: Answer, outcome: Outcome): Promise<void> {
    const refusals = new Refusals();
    const pieces = this.settle(batch, first, refusals, outcome);
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      if (this.signal.aborted) {
        outcome.leave(flowsByExporter(piece));
        continue;
      }
      const { refused, rest, reason } = refusals.apply(piece);
      lose(refused, reason, outcome);
      if (rest.streams.length > 0) {
        pieces.unshift(...this.settle(rest, await this.pushUntilDecided(memoryParcel(rest)), refusals, outcome));
      }
    }
  }

  /** Acts on an answer. @returns what is left to send. */
  private settle(piece: Batch, answer: Answer, refusals: Refusals, outcome: Outcome): Batch[] {
    switch (answer.kind) {
      case 'stored':
        outcome.store(flowsByExporter(piece));
        return [];
      case 'refused':
        return refusesBlocked(answer.reason)
          ? this.withoutBlocked(piece, answer.reason, refusals, outcome)
          : this.withoutRefused(piece, answer.reason, refusals, outcome);
      case 'too_large':
        return split(piece, 'too_large', answer.reason, outcome);
      case 'stream_limit':
        return this.withFewerStreams(piece, answer.reason, outcome);
      case 'later':
        return this.signal.aborted ? [piece] : split(piece, 'rejected', answer.reason, outcome);
    }
  }

  /** Entries whose refusal follows from what Loki said go at once; else the halves are tried. */
  private withoutRefused(piece: Batch, reason: string, refusals: Refusals, outcome: Outcome): Batch[] {
    if (piece.streams.length === 1 && refusesWholeStream(reason)) {
      lose(piece, reason, outcome);
      return [];
    }
    const { refused, rest } = refusals.learn(piece, reason);
    if (refusals.exhausted) {
      return giveUp(piece, reason, outcome);
    }
    if (entryCount(refused) === 0) {
      return split(piece, 'rejected', reason, outcome);
    }
    lose(refused, reason, outcome);
    // Of blocked streams Loki says nothing where it refuses something else.
    if (refusedEntries(reason) === entryCount(refused) && !this.blocked.any(Date.now())) {
      // Loki has the others already.
      outcome.store(flowsByExporter(rest));
      return [];
    }
    return [rest];
  }

  /** Streams that are known to be blocked go; where none of a piece is, the halves are tried. */
  private withoutBlocked(piece: Batch, reason: string, refusals: Refusals, outcome: Outcome): Batch[] {
    const nowMs = Date.now();
    const [only] = piece.streams;
    if (piece.streams.length === 1 && only !== undefined) {
      this.blocked.add(only.stream.labels, nowMs);
    }
    const { blocked, rest } = this.blocked.part(piece, nowMs);
    lose(blocked, reason, outcome);
    refusals.learn(piece, reason);
    if (refusals.exhausted) {
      return giveUp(rest, reason, outcome);
    }
    return blocked.streams.length > 0 ? [rest] : halve(piece);
  }

  /**
   * Each stream is sent alone, as only the answer to itself tells whether it was taken; one that was not goes into
   * its fold, and is in no other push.
   */
  private withFewerStreams(piece: Batch, reason: string, outcome: Outcome): Batch[] {
    const [only] = piece.streams;
    if (piece.streams.length > 1 || only === undefined) {
      return piece.streams.map((one) => makeBatch([one]));
    }
    const { fold } = only.stream;
    this.port.onStreamRefused(only.stream);
    if (fold === undefined) {
      return split(piece, 'rejected', reason, outcome);
    }
    this.port.onFolded(only.entries.length);
    const entries = only.entries.map((entry) => ({ ...entry, line: extendLine(entry.line, fold.members) }));
    return [makeBatch([{ stream: fold.stream, entries }])];
  }

  /**
   * Sends a parcel until Loki takes or refuses it.
   * @returns 'later' only at the signal, or where this parcel alone keeps failing with server errors.
   */
  private async pushUntilDecided(parcel: Parcel): Promise<Answer> {
    // Under way at once, but waited for when it is this parcel's turn: a small one that is compressed sooner may not
    // overtake, as Loki refuses entries that come an hour behind their stream.
    const body = parcel.body();
    body.catch(() => undefined);
    await this.doubts.none();
    const doubt = this.doubts.start();
    try {
      return await this.attempt(body, parcel, (answer) => doubt.note(answered(answer)));
    } finally {
      doubt.end();
    }
  }

  private async attempt(body: Promise<Buffer>, parcel: Parcel, note: (answer: Answer) => void): Promise<Answer> {
    const successesBefore = this.successes;
    for (let attempt = 1; ; attempt++) {
      let started = 0;
      const answer = await this.turns.take(async () => {
        const bytes = await body;
        started = performance.now();
        return this.port.push(bytes, this.signal);
      });
      note(answer);
      if (this.signal.aborted && answer.kind === 'later') {
        return answer;
      }
      this.port.onAnswer(answer, (performance.now() - started) / 1000);
      if (answer.kind === 'stored') {
        this.successes++;
      }
      if (!(await needsWait(answer, parcel))) {
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

function answered(answer: Answer): 'yes' | 'unknown' | 'not reached' {
  if (answer.kind === 'later' && answer.inDoubt === true) {
    return 'unknown';
  }
  return answer.kind === 'later' && answer.status === undefined ? 'not reached' : 'yes';
}

function split(piece: Batch, reason: Refusal, detail: string, outcome: Outcome): Batch[] {
  if (entryCount(piece) > 1) {
    return halve(piece);
  }
  outcome.lose(piece, reason, detail);
  return [];
}

function giveUp(piece: Batch, reason: string, outcome: Outcome): Batch[] {
  lose(piece, `${reason} (not looked into further: too many refusals)`, outcome);
  return [];
}

function lose(refused: Batch, reason: string, outcome: Outcome): void {
  if (refused.streams.length > 0) {
    outcome.lose(refused, 'rejected', reason);
  }
}

/**
 * Where Loki has no room even for the last resort, a stream of flows or rollups that cannot be folded, it is like a rate
 * limit. Where it holds back some streams only, the halves are sent: nothing that it has stored already shall be sent over and over.
 */
async function needsWait(answer: Answer, parcel: Parcel): Promise<boolean> {
  if (answer.kind === 'later') {
    return answer.partly !== true || (await parcel.batch()).streams.length <= 1;
  }
  if (answer.kind !== 'stream_limit' || parcel.flows.size === 0) {
    return false;
  }
  const { streams } = await parcel.batch();
  return streams.length <= 1 && streams[0]?.stream.fold === undefined;
}

function isServerError(answer: Answer): boolean {
  return answer.kind === 'later' && answer.status !== undefined && answer.status >= 500;
}
