import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AggregateStats } from './aggregate';
import type { Counts, ExporterCounts } from './counts';
import type { DedupStats } from './dedup';
import { LOSS_STAGES } from './flow';
import { interfaceMetrics } from './interfaceMetrics';
import type { KnownInterface } from './interfaces';
import type { KafkaStats } from './kafka';
import type { LokiStats } from './loki';

/** Where the figures come from at the moment they are asked for. */
export interface MetricSources {
  readonly counts: Counts;
  readonly loki: () => LokiStats;
  readonly dedup: () => DedupStats;
  readonly aggregate: () => AggregateStats;
  /** Templates held, over all exporters. */
  readonly templates: () => number;
  /** Connections of exporters that are open. */
  readonly connections: () => number;
  /** sFlow samples of counters. */
  readonly counterSamples: () => number;
  /** Interfaces of sFlow agents with what they count. */
  readonly interfaces?: () => Iterable<KnownInterface>;
  /** Data sets that wait for their template. */
  readonly waitingSets: () => number;
  /** Datagrams that the kernel dropped, by port; undefined where it does not tell. */
  readonly kernelDrops: () => Promise<Map<number, number> | undefined>;
  /** What goes to Kafka and comes from it; undefined without Kafka. */
  readonly kafka?: () => KafkaStats;
}

/** The Prometheus metrics of the collector; docs/collector.md lists them. */
export interface Metrics {
  /** In Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Notes one push to Loki. */
  push(result: string, seconds: number): void;
}

/** Makes the metrics. Counts are read when they are asked for, so that counting costs nothing more per flow. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'netobserv_flows_' });
  exporterMetrics(registry, sources.counts);
  lokiMetrics(registry, sources.loki);
  dedupMetrics(registry, sources.dedup);
  aggregateMetrics(registry, sources);
  gauge(registry, 'templates', 'Templates held, over all exporters', sources.templates);
  gauge(registry, 'connections', 'Connections of exporters that are open, by TCP and TLS', sources.connections);
  counter(registry, 'sflow_counter_samples', 'sFlow samples of counters, which are no flows', sources.counterSamples);
  gauge(registry, 'waiting_sets', 'Data sets that wait for their template', sources.waitingSets);
  interfaceMetrics(registry, sources.interfaces);
  kafkaMetrics(registry, sources.kafka);
  const drops = new Counter({
    name: 'netobserv_flows_kernel_drops_total',
    help: 'Datagrams that the kernel dropped since the socket was opened, by port (Linux)',
    labelNames: ['port'] as const,
    registers: [registry],
    async collect() {
      const counted = await sources.kernelDrops();
      drops.reset();
      for (const [port, count] of counted ?? []) {
        drops.inc({ port }, count);
      }
    },
  });
  const pushes = new Histogram({
    name: 'netobserv_flows_push_duration_seconds',
    help: 'Time that a push to Loki took, by what came of it',
    labelNames: ['result'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    push: (result, seconds) => pushes.observe({ result }, seconds),
  };
}

function exporterMetrics(registry: Registry, counts: Counts): void {
  const byExporter = (name: string, help: string, read: (counts: ExporterCounts) => number) => {
    const counter = new Counter({
      name: `netobserv_flows_${name}_total`,
      help,
      labelNames: ['exporter'] as const,
      registers: [registry],
      collect() {
        counter.reset();
        for (const [exporter, one] of counts.all()) {
          counter.inc({ exporter }, read(one));
        }
      },
    });
  };
  byExporter('received_datagrams', 'Datagrams received', (one) => one.datagrams);
  byExporter('received_bytes', 'Bytes of the datagrams received', (one) => one.bytes);
  byExporter('decoded', 'Flows decoded', (one) => one.decoded);
  byExporter('enriched', 'Flows that got the name of at least one end', (one) => one.enriched);
  byExporter('duplicates', 'Flows marked as duplicates of another observation', (one) => one.duplicates);
  byExporter('stored', 'Flows that Loki acknowledged', (one) => one.stored);
  exporterGauge(registry, counts, 'clock_skew_seconds', 'By how much its clock is ahead of this host', (one) =>
    one.skewMs === undefined ? undefined : Math.round(one.skewMs) / 1000
  );
  exporterGauge(
    registry,
    counts,
    'sampling',
    'One packet of so many is seen, as its last flow said',
    (one) => one.sampling
  );
  exporterGauge(
    registry,
    counts,
    'last_seen_seconds',
    'When its last datagram came, seconds since the Unix epoch',
    (one) => (one.lastMs === 0 ? undefined : one.lastMs / 1000)
  );
  const lost = new Counter({
    name: 'netobserv_flows_lost_total',
    help: 'Losses by reason: flows in stage "store"; datagrams, sets or records, as the reason tells, in the others',
    labelNames: ['stage', 'reason', 'exporter'] as const,
    registers: [registry],
    collect() {
      lost.reset();
      for (const [exporter, one] of counts.all()) {
        for (const [reason, count] of one.lost) {
          lost.inc({ stage: LOSS_STAGES[reason], reason, exporter }, count);
        }
      }
    },
  });
}

function exporterGauge(
  registry: Registry,
  counts: Counts,
  name: string,
  help: string,
  read: (counts: ExporterCounts) => number | undefined
): void {
  const one: Gauge<'exporter'> = new Gauge({
    name: `netobserv_flows_exporter_${name}`,
    help,
    labelNames: ['exporter'] as const,
    registers: [registry],
    collect() {
      one.reset();
      for (const [exporter, of] of counts.all()) {
        const value = read(of);
        if (value !== undefined) {
          one.set({ exporter }, value);
        }
      }
    },
  });
}

function lokiMetrics(registry: Registry, stats: () => LokiStats): void {
  gauge(registry, 'pending', 'Flows that are neither stored nor lost yet', () => stats().pendingFlows);
  counter(registry, 'recovered', 'Flows found in the spool at the start', () => stats().recoveredFlows);
  gauge(
    registry,
    'queue_bytes',
    'Bytes that wait for Loki in memory, in-flight ones included',
    () => stats().queueBytes
  );
  gauge(registry, 'spool_bytes', 'Bytes of the spool on disk', () => stats().spool?.bytes ?? 0);
  gauge(registry, 'spool_flows', 'Flows in the spool, in-flight ones included', () => stats().spool?.flows ?? 0);
  counter(registry, 'spool_write_errors', 'Writes to the spool that failed', () => stats().spool?.writeErrors ?? 0);
  gauge(registry, 'streams', 'Streams that flows went to in the last 40 minutes', () => stats().streams);
  gauge(registry, 'workloads', 'Workloads listed in the last 40 minutes', () => stats().workloads);
  counter(registry, 'push_retries', 'Pushes repeated', () => stats().retries);
  counter(registry, 'folded', 'Flows written with fewer labels as there were too many streams', () => stats().folded);
}

function kafkaMetrics(registry: Registry, stats: MetricSources['kafka']): void {
  if (stats === undefined) {
    return;
  }
  counter(registry, 'kafka_produced', 'Messages that Kafka acknowledged', () => stats().produced);
  gauge(registry, 'kafka_queue_bytes', 'Bytes that wait for Kafka in memory', () => stats().queueBytes);
  counter(registry, 'kafka_consumed', 'Messages taken out of Kafka', () => stats().consumed);
  counter(registry, 'kafka_repeated', 'Messages that came again and were passed over', () => stats().repeated);
  counter(registry, 'kafka_warmed_up', 'Messages read back for their templates', () => stats().warmedUp);
  gauge(registry, 'kafka_lag', 'Messages of own partitions that are not committed', () => stats().lag ?? NaN);
}

function dedupMetrics(registry: Registry, stats: () => DedupStats): void {
  gauge(registry, 'owned_flows', 'Flows of which the owning router is remembered', () => stats().ownedFlows);
  counter(
    registry,
    'forgotten_owners',
    'Owners of flows forgotten too early, as there were too many',
    () => stats().forgottenOwners
  );
}

function aggregateMetrics(registry: Registry, { aggregate, loki }: MetricSources): void {
  gauge(registry, 'rollup_keys', 'Keys of rollups in buckets that are not written yet', () => aggregate().openKeys);
  counter(registry, 'rollup_lines', 'Lines of rollups made', () => aggregate().lines);
  counter(
    registry,
    'rollup_keys_folded',
    'Keys folded together as a bucket had too many',
    () => aggregate().foldedKeys
  );
  counter(
    registry,
    'rollup_untimely_flows',
    'Flows not summed up, as Loki takes none of their time',
    () => aggregate().untimelyFlows
  );
  counter(registry, 'rollup_lines_stored', 'Lines of rollups that Loki acknowledged', () => loki().rollupsStored);
  counter(registry, 'rollup_lines_lost', 'Lines of rollups that Loki did not take', () => loki().rollupsLost);
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const one: Gauge = new Gauge({
    name: `netobserv_flows_${name}`,
    help,
    registers: [registry],
    collect() {
      one.set(read());
    },
  });
}

function counter(registry: Registry, name: string, help: string, read: () => number): void {
  const one: Counter = new Counter({
    name: `netobserv_flows_${name}_total`,
    help,
    registers: [registry],
    collect() {
      one.reset();
      one.inc(read());
    },
  });
}
