import { COLLECTOR_APP, DEFAULT_LABELS, ROLLUP_APP, TIER_MS, type FieldName } from '@netobserv-flows/schema';
import { flowQueryParts, NO_FILTERS, type Filter } from '../../src/flow/index';
import { workloadSums } from '../../src/dashboards/build/workloadSums';
import { duration } from '../../src/flow/logql/duration';
import { sumBy, type AskedKeys, type ByLine } from '../../src/flow/plan/expression';
import type { FlowView } from '../../src/flow/plan/index';
import type { AlertSettings } from './settings';
import { SUMS, sumsAnswer, sumsDecide } from './sums';

const HOUR_MS = TIER_MS['1h'];
const DAY_MS = 24 * HOUR_MS;
const BUCKET_MS = TIER_MS['10m'];
const BUCKETS_OF_AN_HOUR = HOUR_MS / BUCKET_MS;

/** Series that a rule evaluates at most: the ones that matter most. Loki allows 500. */
const MOST = 100;

const WORKLOAD = ['SrcK8S_Namespace', 'SrcK8S_OwnerName'] as const satisfies readonly FieldName[];

const named = (vector: string, leg: string) => `label_replace(${vector}, "leg", "${leg}", "", "")`;

/** Of how many groups the traffic of before is looked at, the largest; the others are taken to have had the floor. */
const YARDSTICKS = 400;

/** What of a stretch of sums a rule reads. */
interface Stretch {
  /** How long before the last bucket it ends. */
  readonly agoMs?: number;
  /** One bucket where left out. */
  readonly lengthMs?: number;
  readonly byLine?: ByLine;
  /** Whole ones where left out: what was folded together is no workload or Service that a rule could be about. */
  readonly keys?: AskedKeys;
}

/**
 * The queries of the rules over ten-minute sums by workload, which cost the same whatever the traffic, and are exact but
 * for the smallest keys of a bucket with too many (`aggregate.maxKeys`).
 */
export class SumQueries {
  private readonly writtenMs: number;

  constructor(private readonly settings: AlertSettings) {
    this.writtenMs = settings.sums.writtenAfterSeconds * 1_000;
  }

  /**
   * Sums of the last ten-minute bucket that is written, or of a longer stretch. Buckets lie in Loki at their last
   * millisecond, so that any ten minutes hold exactly one.
   */
  private sums(view: FlowView, { agoMs = 0, lengthMs = BUCKET_MS, byLine, keys = 'whole' }: Stretch = {}): string {
    // A namespace has many Services, but a rule over them must not overlook one.
    const shares = view.groupBy.some((field) => field.endsWith('Service')) ? 2 : 1;
    return workloadSums({ view, lengthMs, beforeMs: this.writtenMs + agoMs, shares, keys, byLine });
  }

  /** The largest of such sums, of however many. */
  private largest(limit: number, view: FlowView, agoMs?: number, lengthMs?: number): string {
    return `topk(${limit}, ${this.sums(view, { agoMs, lengthMs, byLine: { alsoBy: [] } })})`;
  }

  /** Bytes to ports of insecure protocols, by who uses them and to where. */
  insecureProtocol(): string {
    const { ports, where } = this.settings.insecureProtocol;
    const groupBy = [
      ...WORKLOAD,
      'DstK8S_Namespace',
      'DstK8S_OwnerName',
      'DstSubnetLabel',
      'DstPort',
    ] as const satisfies readonly FieldName[];
    const port: Filter = { field: 'Port', side: 'dst', comparison: 'equals', values: ports.map(String) };
    return `topk(${MOST}, ${this.sums({ groupBy, measure: 'Bytes', filters: { ...NO_FILTERS, filters: [port, ...where] } })})`;
  }

  /** How many times the usual a workload sends to the outside. */
  externalEgress(): string {
    const { floorBytes, where } = this.settings.externalEgress;
    const filters: Filter[] = [
      { field: 'K8S_Type', side: 'src', comparison: 'notEmpty', values: [] },
      { field: 'K8S_Type', side: 'dst', comparison: 'empty', values: [] },
      ...where,
    ];
    return this.timesTheUsual({ groupBy: WORKLOAD, measure: 'Bytes', filters: { ...NO_FILTERS, filters } }, floorBytes);
  }

  /** How many times the usual a workload asks the DNS, in packets. */
  dnsSurge(): string {
    const { floorPackets, where } = this.settings.dnsSurge;
    const filters: Filter[] = [{ field: 'Port', side: 'dst', comparison: 'equals', values: ['53'] }, ...where];
    return this.timesTheUsual(
      { groupBy: WORKLOAD, measure: 'Packets', filters: { ...NO_FILTERS, filters } },
      floorPackets
    );
  }

  /**
   * The largest sum of a single bucket in a stretch of time, of each group: what one collector wrote of a bucket bears
   * the same `Part`. Where several collectors see a group's traffic it is less than the bucket's.
   */
  private busiest(limit: number, view: FlowView, agoMs: number, lengthMs: number): string {
    const sums = this.sums(view, { agoMs, lengthMs, byLine: { alsoBy: ['Part'] } });
    return `topk(${limit}, max by (${view.groupBy.join(', ')}) (${sums}))`;
  }

  /**
   * The last bucket against the largest of: the hour that ended an hour ago and the hour around this time yesterday, of
   * each its busiest bucket, so that an hourly job is as usual, and its average; a floor. An hour lies between, so that
   * a surge does not become its own yardstick while it lasts.
   */
  private timesTheUsual(view: FlowView, floor: number): string {
    const now = this.largest(MOST, view);
    const usual = [
      ...[HOUR_MS, DAY_MS - HOUR_MS / 2].flatMap((agoMs) => [
        named(this.busiest(YARDSTICKS, view, agoMs, HOUR_MS), `busiest ${agoMs}`),
        named(`${this.largest(YARDSTICKS, view, agoMs, HOUR_MS)} / ${BUCKETS_OF_AN_HOUR}`, `average ${agoMs}`),
      ]),
      // Also for what never sent anything before.
      named(`${now} * 0 + ${floor}`, 'floor'),
    ];
    return `topk(${MOST}, ${now} / max by (${view.groupBy.join(', ')}) (${usual.join(' or ')}))`;
  }

  /** What is left of the traffic to a namespace or a Service, as a share of what it was an hour ago. */
  trafficStopped(groupBy: readonly FieldName[]): string {
    const { busyBytes, where } = this.settings.trafficStopped;
    const present = groupBy.map((field): Filter => ({
      field: field.slice(3) as Filter['field'],
      side: 'dst',
      comparison: 'notEmpty',
      values: [],
    }));
    const view: FlowView = { groupBy, measure: 'Bytes', filters: { ...NO_FILTERS, filters: [...present, ...where] } };
    const inFold = sumsAnswer(view, 'detail');
    const keys = inFold.ok && inFold.exact ? 'named' : 'whole';
    const [before, ...earlier] = [0, 1, 2].map((bucket) =>
      this.sums(view, { agoMs: HOUR_MS + bucket * BUCKET_MS, keys })
    );
    const busy = [`${before} > ${busyBytes}`, ...earlier.map((sums) => `${sums} > ${busyBytes}`)].join(' and ');
    const left = [named(this.sums(view, { keys }), 'own'), ...this.perhapsFolded(view, `${before} * 0`, keys)];
    // Where no sums are written at all it is the collector that stands still, which has rules of its own.
    const written =
      `sum(count_over_time({app="${ROLLUP_APP}", tier="${SUMS.tier}", level="${SUMS.level}"} ` +
      `[${duration(BUCKET_MS)}] offset ${duration(this.writtenMs)})) > 0`;
    return `bottomk(${MOST}, ${sumBy(groupBy, left.join(' or '))} / (${busy}) and on() (${written}))`;
  }

  /**
   * What of the last bucket may be of a group although it is not called so, as legs: a group whose traffic goes on may
   * be folded with others where the traffic of those has grown. Of its namespace, where details alone were folded; of
   * all, else. Too much is taken for the group's rather than too little.
   * @param none 0 for each group that there was, which is what is left where nothing came and nothing was folded.
   * @param keys those that are counted as the group's own.
   */
  private perhapsFolded(view: FlowView, none: string, keys: 'whole' | 'named'): string[] {
    const sum = (groupBy: readonly FieldName[], filters: readonly Filter[], asked: AskedKeys) =>
      this.sums({ groupBy, measure: view.measure, filters: { ...NO_FILTERS, filters } }, { keys: asked });
    const ofAll = named(`${none} + on () group_left () (${sum([], [], 'allFolded')} or vector(0))`, 'folded');
    if (keys === 'named') {
      return [ofAll];
    }
    const namespace = 'DstK8S_Namespace';
    const told = view.filters.filters.filter((filter) => sumsDecide(filter, 'detail').ok);
    const ofNamespace = `${none} + on (${namespace}) group_left () ${sum([namespace], told, 'detailFolded')}`;
    return [ofAll, named(ofNamespace, 'folded in namespace')];
  }
}

/** TCP ports from which clients open connections, by default of Linux; below are those of servers. */
const FIRST_CLIENT_PORT = 32_768;

/**
 * Pairs of address and port that a peer has sent to, which sums do not keep: from single flows, those of clients to
 * servers alone, as the answers of a busy server go to as many ports as it has clients.
 */
export function scanQuery({ scan }: AlertSettings): string {
  const filters: Filter[] = [
    { field: 'Proto', comparison: 'equals', values: ['6'] },
    { field: 'Port', side: 'src', comparison: 'greaterOrEqual', values: [String(FIRST_CLIENT_PORT)] },
    { field: 'Port', side: 'dst', comparison: 'less', values: [String(FIRST_CLIENT_PORT)] },
    ...scan.where,
  ];
  const { selector, pipeline } = flowQueryParts(
    { ...NO_FILTERS, filters },
    { labels: DEFAULT_LABELS, duplicates: 'hide' }
  );
  const peer = ['SrcK8S_Namespace', 'SrcK8S_Name', 'SrcAddr'];
  const fields = ['SrcK8S_Name', 'SrcAddr', 'DstAddr', 'Bytes'].map((field) => `${field}="${field}"`).join(', ');
  const flows = [selector, ...pipeline, `| json ${fields}`, '| unwrap Bytes | __error__=""'].join(' ');
  // The variance is of no use but for this: Loki cannot work it out in parts, and holds against its limit of 500 series
  // only what is left of the whole. Of a sum or a count it would hold each part's pairs against it, and fail.
  const pairs = `stdvar_over_time(${flows} [300s]) by (${[...peer, 'DstAddr', 'DstPort'].join(', ')})`;
  return `topk(${MOST}, count by (${peer.join(', ')}) (${pairs}))`;
}

const reports = (kind: 'collector' | 'exporter' | 'loss') => `{app="${COLLECTOR_APP}", kind="${kind}"}`;

/** What IPv4 and IPv6 addresses look like; not `other`, `unknown`, nor a socket of the collector's own. */
const ADDRESS = '([0-9]+([.][0-9]+){3}|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*)';

/** Labels exporters that are one address with it: the flow table can be filtered by no others. */
const withAddress = (vector: string) => `label_replace(${vector}, "Address", "$1", "Exporter", "${ADDRESS}")`;

/** Losses of the last ten minutes by exporter and reason, and what the kernel dropped before it came so far. */
export function flowsLostQuery(): string {
  const losses =
    `sum by (Exporter, Reason) (sum_over_time(${reports('loss')} ` +
    `| json Exporter="Exporter", Reason="Reason", Count="Count" | unwrap Count | __error__="" [600s]))`;
  const drops =
    `sum(sum_over_time(${reports('collector')} ` +
    `| json KernelDrops="KernelDrops" | KernelDrops!="" | unwrap KernelDrops | __error__="" [600s]))`;
  return `topk(${MOST}, ${withAddress(losses)} or label_replace(${drops}, "Reason", "kernel_drops", "", ""))`;
}

/** Datagrams that came from each exporter that sent some in the time looked back; 0 for those that are silent. */
export function exporterSilentQuery({ exporterSilent, collectorSilent }: AlertSettings): string {
  const datagrams = (range: string) =>
    `sum by (Exporter) (sum_over_time(${reports('exporter')} ` +
    `| json Exporter="Exporter", Datagrams="Datagrams" | unwrap Datagrams | __error__="" ${range}))`;
  const now = datagrams(`[${exporterSilent.minutes}m]`);
  const before = datagrams(`[${exporterSilent.lookBackHours}h]`);
  // A collector that stands still tells nothing of its exporters.
  const alive = `sum(count_over_time(${reports('collector')} [${collectorSilent.minutes}m])) > 0`;
  return `bottomk(${MOST}, ${withAddress(`((${now} or ${before} * 0) and ${before} > 0 and on() (${alive}))`)})`;
}

/** Reports that collectors wrote; 0 where there were some in the time looked back and are none now. */
export function collectorSilentQuery({ collectorSilent }: AlertSettings): string {
  const count = (range: string) => `sum(count_over_time(${reports('collector')} ${range}))`;
  return `${count(`[${collectorSilent.minutes}m]`)} or ${count(`[${collectorSilent.lookBackHours}h]`)} * 0`;
}
