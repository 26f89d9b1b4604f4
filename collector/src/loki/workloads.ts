import { WORKLOAD_APP, type FlowRecord } from '@netobserv-flows/schema';
import { FlowEnds, type FlowEnd } from '../ends';
import { labelText } from './labels';
import type { Stream } from './streams';

/** One line a workload for each of these. */
const BUCKET_MS = 10 * 60_000;
const IDLE_MS = 40 * 60_000;
/** Workloads that are listed at once, at most. */
const LIMIT = 1000;
/** And this share of the streams at most: what the list takes, flows have not. */
const STREAMS_SHARE = 1 / 4;
/** Buckets remembered of a workload, more than two days of backfilled history. */
const BUCKETS_KEPT = 300;

interface Workload {
  readonly stream: Stream;
  readonly written: Set<number>;
  /** The bucket that was asked for last. */
  lastBucket: number;
  lastUsedMs: number;
}

interface Names {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly type: string | undefined;
}

const NONE: readonly WorkloadLine[] = [];

/** A line of the workload list: one that says when a workload had traffic. */
export interface WorkloadLine {
  readonly stream: Stream;
  readonly line: string;
}

/**
 * The list of workloads that had traffic, written beside the flows: `{app="netobserv-workload", K8S_Namespace,
 * K8S_OwnerName, K8S_OwnerType}` with one line for each ten minutes of flow time. Suggestions and dashboard variables
 * read its labels instead of scanning flows. Bounded at 1,000 workloads, and at a quarter of the streams.
 */
export class WorkloadList {
  private readonly known = new Map<string, Workload>();
  /** Of the workloads that ends keep: those of `known` that were found before, so that no text is made of them. */
  private generation = 1;
  private sweptMs = 0;
  private readonly limit: number;

  /**
   * @param maxStreams streams that there may be of flows and the list together.
   * @param ends where the ends of flows are recognised that come without them.
   */
  constructor(
    private readonly extra: Readonly<Record<string, string>>,
    maxStreams: number,
    private readonly ends: FlowEnds = new FlowEnds()
  ) {
    this.limit = Math.min(LIMIT, Math.floor(maxStreams * STREAMS_SHARE));
  }

  /** Workloads listed in the last 40 minutes, which is the number of its streams. */
  get size(): number {
    return this.known.size;
  }

  /** Lines that a flow gives rise to: none for most, as its workloads are listed already. */
  linesFor(
    record: FlowRecord,
    nowMs: number,
    from: FlowEnd = this.ends.source(record),
    to: FlowEnd = this.ends.destination(record)
  ): readonly WorkloadLine[] {
    const bucket = Math.floor(record.TimeFlowEndMs / BUCKET_MS);
    const source = this.listed(from, bucket, nowMs);
    const destination = this.listed(to, bucket, nowMs);
    if (source === undefined && destination === undefined) {
      return NONE;
    }
    const line = `{"LastSeenMs":${record.TimeFlowEndMs}}`;
    return [source, destination].filter((stream) => stream !== undefined).map((stream) => ({ stream, line }));
  }

  private listed(end: FlowEnd, bucket: number, nowMs: number): Stream | undefined {
    if (end.ownerName === undefined) {
      return undefined;
    }
    const kept = end.workloadGeneration === this.generation ? (end.workload as Workload) : undefined;
    const workload = kept ?? this.find(end, end.ownerName, nowMs);
    if (workload === undefined || workload.lastBucket === bucket) {
      return undefined;
    }
    workload.lastBucket = bucket;
    if (workload.written.has(bucket)) {
      return undefined;
    }
    if (workload.written.size >= BUCKETS_KEPT) {
      workload.written.clear();
    }
    workload.written.add(bucket);
    workload.lastUsedMs = nowMs;
    return workload.stream;
  }

  private find(end: FlowEnd, name: string, nowMs: number): Workload | undefined {
    const { namespace, ownerType: type } = end;
    const key = `${namespace?.length ?? -1}:${namespace}${name.length}:${name}${type}`;
    const workload = this.known.get(key) ?? this.add(key, { namespace, name, type }, nowMs);
    if (workload !== undefined) {
      end.workload = workload;
      end.workloadGeneration = this.generation;
    }
    return workload;
  }

  private add(key: string, { namespace, name, type }: Names, nowMs: number): Workload | undefined {
    this.sweep(nowMs);
    if (this.known.size >= this.limit) {
      return undefined;
    }
    const labels: Array<readonly [string, string]> = [['app', WORKLOAD_APP], ...Object.entries(this.extra)];
    if (namespace !== undefined) {
      labels.push(['K8S_Namespace', namespace]);
    }
    labels.push(['K8S_OwnerName', name]);
    if (type !== undefined) {
      labels.push(['K8S_OwnerType', type]);
    }
    const workload = {
      stream: { labels: labelText(labels) },
      written: new Set<number>(),
      lastBucket: -1,
      lastUsedMs: nowMs,
    };
    this.known.set(key, workload);
    return workload;
  }

  private sweep(nowMs: number): void {
    if (nowMs - this.sweptMs < BUCKET_MS / 10) {
      return;
    }
    this.sweptMs = nowMs;
    this.generation++;
    for (const [key, { lastUsedMs }] of this.known) {
      if (nowMs - lastUsedMs > IDLE_MS) {
        this.known.delete(key);
      }
    }
  }
}
