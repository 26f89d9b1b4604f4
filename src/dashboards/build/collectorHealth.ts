import { COLLECTOR_APP } from '@netobserv-flows/schema';
import type { DashboardPlan, Panel, Query } from './panels';

const stream = (kind: 'collector' | 'exporter' | 'loss') => `{app="${COLLECTOR_APP}", kind="${kind}"}`;

/** A figure of the report's lines of a kind, ready to be put into a function over time. */
function figure(kind: 'collector' | 'exporter' | 'loss', name: string, by: readonly string[] = []): string {
  const fields = [...by, name].map((field) => `${field}="${field}"`).join(', ');
  return `${stream(kind)} | json ${fields} | ${name}!="" | unwrap ${name} | __error__=""`;
}

const sum = (kind: 'collector' | 'loss', name: string, range: string) =>
  `sum(sum_over_time(${figure(kind, name)} [${range}]))`;
const sumBy = (by: readonly string[], kind: 'exporter' | 'loss', name: string, range: string) =>
  `sum by (${by.join(', ')}) (sum_over_time(${figure(kind, name, by)} [${range}]))`;
/** Over all collectors, each with its last figure. */
const last = (name: string) =>
  `sum(max by (Instance) (last_over_time(${figure('collector', name, ['Instance'])} [$__auto])))`;
const rate = (name: string) => `sum(rate(${figure('collector', name)} [$__auto]))`;

/** Reports come once a minute: a step of two holds one at least. */
const INTERVAL = '2m';

const stat = (title: string, description: string, expr: string, unit = 'short'): Panel => ({
  kind: 'stat',
  title,
  description,
  unit,
  queries: [{ expr, legend: title }],
});
const course = (
  title: string,
  description: string,
  unit: string,
  queries: readonly Query[],
  stacked = false
): Panel => ({ kind: 'course', title, description, unit, queries, interval: INTERVAL, stacked });

/** What the collector says of itself: what comes in, what becomes of it, what is lost, which exporters are silent. */
export const COLLECTOR_HEALTH: DashboardPlan = {
  uid: 'netobserv-collector-health',
  title: 'Collector health',
  description:
    'What the flow collector receives, stores and loses, and which exporters are silent: from its own report.',
  from: 'now-6h',
  variables: [],
  rows: [
    {
      height: 4,
      panels: [
        [4, stat('Flows received', 'Flow records decoded in the time range.', sum('collector', 'Decoded', '$__range'))],
        [4, stat('Flows stored', 'Those that Loki acknowledged.', sum('collector', 'Stored', '$__range'))],
        [
          4,
          stat(
            'Losses',
            'Flows, records and datagrams that could not be kept or read, what the kernel dropped included; the reasons are below.',
            `(${sum('loss', 'Count', '$__range')} or vector(0)) + (${sum('collector', 'KernelDrops', '$__range')} or vector(0))`
          ),
        ],
        [
          4,
          stat(
            'Duplicates',
            'Share of the flows that are further observations of packets that another one counts.',
            `${sum('collector', 'Duplicates', '$__range')} / (${sum('collector', 'Decoded', '$__range')} > 0)`,
            'percentunit'
          ),
        ],
        [
          4,
          stat(
            'Exporters',
            'Exporters that sent something in the time range.',
            `count(${sumBy(['Exporter'], 'exporter', 'Datagrams', '$__range')} > 0)`
          ),
        ],
        [
          4,
          stat(
            'Collectors',
            'Collectors that reported in the last five minutes.',
            `count(sum by (Instance) (count_over_time(${stream('collector')} | json Instance="Instance" [5m]))) or vector(0)`
          ),
        ],
      ],
    },
    {
      title: 'What comes in and what becomes of it',
      height: 8,
      panels: [
        [
          12,
          course('Flows', 'Flow records a second, by what became of them.', 'suffix:flows/s', [
            { expr: rate('Decoded'), legend: 'received' },
            { expr: rate('Stored'), legend: 'stored' },
            { expr: rate('Duplicates'), legend: 'duplicates' },
            { expr: rate('Lost'), legend: 'lost' },
          ]),
        ],
        [
          12,
          course(
            'Datagrams by exporter',
            'Datagrams a second of the ten exporters that send most.',
            'suffix:datagrams/s',
            [
              {
                expr: `topk(10, sum by (Exporter) (rate(${figure('exporter', 'Datagrams', ['Exporter'])} [$__auto])))`,
                legend: '{{Exporter}}',
              },
            ],
            true
          ),
        ],
      ],
    },
    {
      title: 'Losses',
      height: 8,
      panels: [
        [
          12,
          course(
            'Losses by reason',
            'What a reason counts, and what to do about it, is in the collector’s documentation.',
            'short',
            [
              { expr: sumBy(['Reason', 'Stage'], 'loss', 'Count', '$__auto'), legend: '{{Reason}} ({{Stage}})' },
              { expr: sum('collector', 'KernelDrops', '$__auto'), legend: 'dropped by the kernel' },
              { expr: sum('collector', 'RollupLinesLost', '$__auto'), legend: 'lines of sums' },
            ],
            true
          ),
        ],
        [
          12,
          course(
            'Losses by exporter',
            'Whose flows are missing: the ten exporters with most losses.',
            'short',
            [{ expr: `topk(10, ${sumBy(['Exporter'], 'loss', 'Count', '$__auto')})`, legend: '{{Exporter}}' }],
            true
          ),
        ],
      ],
    },
    {
      title: 'Exporters',
      height: 9,
      panels: [
        [
          12,
          {
            kind: 'table',
            title: 'Exporters and when they were last heard',
            description: 'Exporters that the collector knows, with what they sent in the time range.',
            unit: 'short',
            queries: [
              {
                expr: `max by (Exporter) (last_over_time(${figure('exporter', 'LastSeenMs', ['Exporter'])} [$__range]))`,
                legend: 'Last heard',
              },
              { expr: sumBy(['Exporter'], 'exporter', 'Decoded', '$__range'), legend: 'Flows' },
              { expr: sumBy(['Exporter'], 'exporter', 'Lost', '$__range'), legend: 'Losses' },
            ],
            columns: [
              { title: 'Last heard', unit: 'dateTimeFromNow', width: 130 },
              { title: 'Flows', unit: 'short', width: 90 },
              { title: 'Losses', unit: 'short', width: 80 },
            ],
          },
        ],
        [
          12,
          course(
            'Templates',
            'Templates held, and data that came without one: an exporter repeats its templates every few minutes.',
            'short',
            [
              { expr: last('Templates'), legend: 'templates held' },
              {
                expr: `sum(sum_over_time(${stream('loss')} | json Reason="Reason", Count="Count" | Reason="no_template" | unwrap Count | __error__="" [$__auto]))`,
                legend: 'sets without template',
              },
            ]
          ),
        ],
      ],
    },
    {
      title: 'On the way to Loki',
      height: 8,
      panels: [
        [
          12,
          course(
            'Waiting',
            'Bytes that wait for Loki: in memory, and on disk where the collector has a spool. When the spool is full ' +
              '(spool.maxBytes), or without one the memory (loki.queueBytes), the oldest flows are lost and counted.',
            'decbytes',
            [
              { expr: last('QueueBytes'), legend: 'in memory' },
              { expr: last('SpoolBytes'), legend: 'on disk' },
            ]
          ),
        ],
        [
          12,
          course(
            'Time that pushes take',
            'How long Loki takes to answer a push, whatever it answers. Where it takes seconds, it is slow or down.',
            's',
            [
              {
                expr: `${sum('collector', 'PushSeconds', '$__auto')} / (${sum('collector', 'Pushes', '$__auto')} > 0)`,
                legend: 'mean',
              },
              { expr: `max(max_over_time(${figure('collector', 'PushSecondsMax')} [$__auto]))`, legend: 'longest' },
            ]
          ),
        ],
      ],
    },
    {
      height: 8,
      panels: [
        [
          12,
          course('Pushes repeated', 'Pushes that Loki did not take at once: it is slow, down, or refuses.', 'short', [
            { expr: sum('collector', 'PushRetries', '$__auto'), legend: 'repeated' },
          ]),
        ],
        [
          12,
          course(
            'Streams and keys of sums',
            'What the collector costs Loki: streams of flows, keys of open sums, and keys that were combined because there ' +
              'were more than aggregate.maxKeys: the smallest ones become (other).',
            'short',
            [
              { expr: last('Streams'), legend: 'streams' },
              { expr: last('RollupKeys'), legend: 'keys of sums' },
              { expr: sum('collector', 'RollupKeysFolded', '$__auto'), legend: 'keys combined' },
            ]
          ),
        ],
      ],
    },
  ],
};
