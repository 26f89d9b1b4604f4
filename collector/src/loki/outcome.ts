import { addCounts, flowsByExporter, type Batch } from './batch';

/** Why Loki will never have some entries. */
export type Refusal = 'rejected' | 'too_large';

/** Of what Loki said, as much goes into the log. */
const DETAIL_CHARS = 2000;

/** What became of a parcel. */
export class Outcome {
  /** Flows that Loki acknowledged, by exporter. */
  readonly stored = new Map<string, number>();
  /** Flows that it will never take. */
  readonly lost: Array<{ readonly reason: Refusal; readonly detail: string; readonly flows: Map<string, number> }> = [];
  /** Flows of which neither is known, as the time was over. */
  readonly left = new Map<string, number>();

  store(flows: ReadonlyMap<string, number>): void {
    addCounts(this.stored, flows);
  }

  lose(batch: Batch, reason: Refusal, detail: string): void {
    this.lost.push({ reason, detail: detail.slice(0, DETAIL_CHARS), flows: flowsByExporter(batch) });
  }

  leave(flows: ReadonlyMap<string, number>): void {
    addCounts(this.left, flows);
  }
}
