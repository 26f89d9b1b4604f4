import { FLOW_APP, type FieldName, type FlowRecord } from '@netobserv-flows/schema';
import { labelText } from './labels';

/** A stream of Loki. */
export interface Stream {
  /** Its label set, as Loki reads it. */
  readonly labels: string;
  /** The stream that takes its entries where Loki has room for no more streams. */
  readonly fold?: Fold;
}

/** A stream with fewer labels, and the members that a line has to have there in their stead. */
export interface Fold {
  readonly stream: Stream;
  readonly members: string;
}

/** Loki forgets a stream when it had no entry for `chunk_idle_period` (30 min by default) and was flushed. */
const IDLE_MS = 40 * 60_000;
const SWEEP_MS = 60_000;
/** How long no stream is added after Loki refused one. */
const REFUSED_MS = 5 * 60_000;

/** A label with so few values that a folded stream keeps it. */
const KEPT_IN_FOLD: FieldName = 'FlowDirection';

interface Known {
  readonly answer: { readonly stream: Stream; readonly full: boolean };
  lastUsedMs: number;
}

/** Streams by the values of their labels, one level for each label: found without making a text of the values. */
type Level = Map<unknown, Level | Known>;

/**
 * The streams that flows go to, bounded: label combinations past the limit are folded into a stream with fewer
 * labels instead of running into Loki's own limit, which answers 429 for ever.
 */
export class FlowStreams {
  private readonly known = new Map<string, Known>();
  /** Those of `known` that were found before. */
  private found: Level = new Map();
  private sweptMs = 0;
  private refusedUntilMs = 0;
  private readonly common: ReadonlyArray<readonly [string, string]>;

  /**
   * @param fields fields that are labels.
   * @param extra labels that every stream has.
   * @param limit how many streams there may be, asked at each new one.
   */
  constructor(
    private readonly fields: readonly FieldName[],
    extra: Readonly<Record<string, string>>,
    private readonly limit: () => number
  ) {
    this.common = [['app', FLOW_APP], ...Object.entries(extra)];
  }

  /** Streams in use: those with an entry in the last 40 minutes. */
  get size(): number {
    return this.known.size;
  }

  /** The stream of a record, and whether it is over the limit, so that its fold has to take the record. */
  of(record: FlowRecord, nowMs: number): { stream: Stream; full: boolean } {
    const found = this.find(record);
    if (found !== undefined) {
      found.lastUsedMs = nowMs;
      return found.answer;
    }
    const key = this.keyOf(record);
    const known = this.known.get(key);
    if (known !== undefined) {
      known.lastUsedMs = nowMs;
      this.remember(record, known);
      return known.answer;
    }
    this.sweep(nowMs);
    const stream = this.make(record);
    if (stream.fold !== undefined && (this.known.size >= this.limit() || nowMs < this.refusedUntilMs)) {
      return { stream, full: true };
    }
    const answer = { stream, full: false };
    const added = { answer, lastUsedMs: nowMs };
    this.known.set(key, added);
    this.remember(record, added);
    return answer;
  }

  /** Loki had no room for this stream: forget it, and add none for five minutes. */
  refuse(labels: string, nowMs: number): void {
    this.refusedUntilMs = nowMs + REFUSED_MS;
    for (const [key, { answer }] of this.known) {
      if (answer.stream.labels === labels) {
        this.known.delete(key);
        this.found = new Map();
        return;
      }
    }
  }

  private find(record: FlowRecord): Known | undefined {
    if (this.fields.length === 0) {
      return undefined;
    }
    let level: Level | Known | undefined = this.found;
    for (let i = 0; i < this.fields.length && level !== undefined; i++) {
      level = (level as Level).get(record[this.fields[i]!]);
    }
    return level as Known | undefined;
  }

  /** Lists are left out: two that are equal are not the same, so that none would be found again. */
  private remember(record: FlowRecord, known: Known): void {
    const values = this.fields.map((field) => record[field]);
    const last = values.pop();
    if (values.length + 1 !== this.fields.length || [...values, last].some((value) => typeof value === 'object')) {
      return;
    }
    let level = this.found;
    for (const value of values) {
      const next = (level.get(value) as Level | undefined) ?? new Map<unknown, Level | Known>();
      level.set(value, next);
      level = next;
    }
    level.set(last, known);
  }

  /** Lengths go before the values so that no value can pass for two. */
  private keyOf(record: FlowRecord): string {
    let key = '';
    for (const field of this.fields) {
      const value = record[field];
      const text = value === undefined ? '' : String(value);
      key += `${value === undefined ? -1 : text.length}:${text}`;
    }
    return key;
  }

  private make(record: FlowRecord): Stream {
    const present = this.fields.filter((field) => record[field] !== undefined);
    const pairs = (fields: readonly FieldName[]) => fields.map((field) => [field, String(record[field])] as const);
    const folded = present.filter((field) => field !== KEPT_IN_FOLD);
    const labels = labelText([...this.common, ...pairs(present)]);
    if (folded.length === 0) {
      return { labels };
    }
    const kept = present.filter((field) => field === KEPT_IN_FOLD);
    const members = folded.map((field) => `${JSON.stringify(field)}:${JSON.stringify(record[field])}`).join(',');
    return { labels, fold: { stream: { labels: labelText([...this.common, ...pairs(kept)]) }, members } };
  }

  private sweep(nowMs: number): void {
    if (nowMs - this.sweptMs < SWEEP_MS) {
      return;
    }
    this.sweptMs = nowMs;
    this.found = new Map();
    for (const [key, { lastUsedMs }] of this.known) {
      if (nowMs - lastUsedMs > IDLE_MS) {
        this.known.delete(key);
      }
    }
  }
}
