import { WORKLOAD_APP, type FlowRecord } from '@netobserv-flows/schema';
import { labelText } from './labels';
import type { Stream } from './streams';

/** One line a workload for each of these. */
const BUCKET_MS = 10 * 60_000;
const IDLE_MS = 40 * 60_000;
/** Workloads that are listed at once. */
const LIMIT = 1000;
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
 * read its labels instead of scanning flows. Bounded at 1,000 workloads.
 */
export class WorkloadList {
  private readonly known = new Map<string, Workload>();
  /** Those of `known` that were found before, by namespace, name and type: no text has to be made of them. */
  private found = new Map<string | undefined, Map<string, Map<string | undefined, Workload>>>();
  private sweptMs = 0;

  constructor(private readonly extra: Readonly<Record<string, string>>) {}

  /** Workloads listed in the last 40 minutes, which is the number of its streams. */
  get size(): number {
    return this.known.size;
  }

  /** Lines that a flow gives rise to: none for most, as its workloads are listed already. */
  linesFor(record: FlowRecord, nowMs: number): readonly WorkloadLine[] {
    const bucket = Math.floor(record.TimeFlowEndMs / BUCKET_MS);
    const { SrcK8S_OwnerName: from, DstK8S_OwnerName: to } = record;
    const source =
      from === undefined
        ? undefined
        : this.listed(record.SrcK8S_Namespace, from, record.SrcK8S_OwnerType, bucket, nowMs);
    const destination =
      to === undefined ? undefined : this.listed(record.DstK8S_Namespace, to, record.DstK8S_OwnerType, bucket, nowMs);
    if (source === undefined && destination === undefined) {
      return NONE;
    }
    const line = `{"LastSeenMs":${record.TimeFlowEndMs}}`;
    return [source, destination].filter((stream) => stream !== undefined).map((stream) => ({ stream, line }));
  }

  private listed(
    namespace: string | undefined,
    name: string,
    type: string | undefined,
    bucket: number,
    nowMs: number
  ): Stream | undefined {
    const workload = this.found.get(namespace)?.get(name)?.get(type) ?? this.find({ namespace, name, type }, nowMs);
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

  private find(names: Names, nowMs: number): Workload | undefined {
    const { namespace, name, type } = names;
    const key = `${namespace?.length ?? -1}:${namespace}${name.length}:${name}${type}`;
    const workload = this.known.get(key) ?? this.add(key, names, nowMs);
    if (workload !== undefined) {
      const inNamespace = this.found.get(namespace) ?? new Map<string, Map<string | undefined, Workload>>();
      this.found.set(namespace, inNamespace);
      inNamespace.set(name, (inNamespace.get(name) ?? new Map()).set(type, workload));
    }
    return workload;
  }

  private add(key: string, { namespace, name, type }: Names, nowMs: number): Workload | undefined {
    this.sweep(nowMs);
    if (this.known.size >= LIMIT) {
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
    this.found = new Map();
    for (const [key, { lastUsedMs }] of this.known) {
      if (nowMs - lastUsedMs > IDLE_MS) {
        this.known.delete(key);
      }
    }
  }
}
