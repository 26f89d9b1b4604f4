import type { TimeRange } from '@grafana/data';
import { FLOW_APP } from '@netobserv-flows/schema';
import { NO_STREAMS } from '../flow';
import { FLOW_SELECTOR } from './flowsQuery';
import { explainError } from './lokiErrors';
import { forgetLabels, labelNames, lokiDataSource } from './loki';
import { newestFlow, rangeOf } from './newestFlow';

/** The parts of the way to flows that the test looks at, in this order. */
export type Step = 'dataSource' | 'labels' | 'flows';

/** What the test found of one part. */
export interface Finding {
  readonly step: Step;
  /** `odd` where it is there, but not as it should be; `unknown` where an earlier part is missing: it was not looked at. */
  readonly state: 'ok' | 'odd' | 'missing' | 'unknown';
  readonly message: string;
  readonly remedy?: string;
  /** What Loki or Grafana said, word for word. */
  readonly said?: string;
}

/** What the test asks; replaced in unit tests. */
export interface Probes {
  dataSourceName(uid: string): Promise<string>;
  labels(uid: string, range: TimeRange, selector?: string): Promise<string[]>;
  newest(uid: string, range: TimeRange): Promise<number | undefined>;
  now(): number;
}

const MINUTE_MS = 60_000;
const RECENT_MS = 15 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

const GRAFANA: Probes = {
  dataSourceName: async (uid) => (await lokiDataSource(uid)).name,
  labels: labelNames,
  newest: newestFlow,
  now: Date.now,
};

/** `3 minutes`, `2 hours`: a span in its largest unit. */
export function spanInWords(ms: number): string {
  const units: Array<readonly [string, number]> = [
    ['day', DAY_MS],
    ['hour', 60 * MINUTE_MS],
    ['minute', MINUTE_MS],
    ['second', 1000],
  ];
  const [name, size] = units.find(([, unit]) => ms >= unit) ?? ['second', 1000];
  const count = Math.max(0, Math.floor(ms / size));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function failed(step: Step, message: string, error: unknown): Finding {
  const { title, remedy, said } = explainError(error);
  return { step, state: 'missing', message: `${message} ${title}.`, remedy, said };
}

/** The label by which Loki parts a stream that seems busy (`limits_config.shard_streams`). */
const PARTED = '__stream_shard__';

/** Loki before 3.1 passes over which streams are asked about: what it says of flows' labels is of all logs. */
const IGNORES_STREAMS: Finding = {
  step: 'labels',
  state: 'odd',
  message: 'This Loki does not tell the labels of flows from those of all logs: it is older than 3.1.',
  remedy:
    'Upgrade Loki to 3.1 or later. Until then the pages may take other logs for flows, and count flows of NetObserv’s in the wrong way.',
};

const NOT_LOOKED_AT: Readonly<Record<Step, string>> = {
  dataSource: 'The data source was not checked.',
  labels: 'The labels of flows were not checked.',
  flows: 'Recent flows were not checked.',
};

async function findDataSource(uid: string | undefined, probes: Probes): Promise<Finding> {
  if (uid === undefined || uid === '') {
    return {
      step: 'dataSource',
      state: 'missing',
      message: 'No Loki data source is chosen.',
      remedy: 'Choose one above; where the list is empty, add a Loki data source under Connections.',
    };
  }
  try {
    const name = await probes.dataSourceName(uid);
    const now = probes.now();
    await probes.labels(uid, rangeOf(now - RECENT_MS, now));
    return { step: 'dataSource', state: 'ok', message: `The data source “${name}” answers.` };
  } catch (error) {
    return failed('dataSource', `The data source with uid ${uid} cannot be used.`, error);
  }
}

async function findLabels(uid: string, probes: Probes): Promise<Finding> {
  const now = probes.now();
  const day = rangeOf(now - DAY_MS, now);
  try {
    if ((await probes.labels(uid, day, NO_STREAMS)).length > 0) {
      return IGNORES_STREAMS;
    }
    const labels = await probes.labels(uid, day, FLOW_SELECTOR);
    const namespaces = labels.filter((label) => /^(Src|Dst)K8S_Namespace$/.test(label));
    if (labels.length === 0) {
      return {
        step: 'labels',
        state: 'missing',
        message: `No stream of the last 24 hours has the label app="${FLOW_APP}".`,
        remedy:
          'Check that the collector runs and that its loki.url and tenant are those of this data source; its /readyz and its log say why it cannot write.',
      };
    }
    if (labels.includes(PARTED)) {
      return {
        step: 'labels',
        state: 'odd',
        message: `Loki shards busy streams: some of the last 24 hours have the label ${PARTED}.`,
        remedy:
          'Set limits_config.shard_streams.enabled to false in Loki: otherwise a push that the collector repeats, because the answer was lost, is stored and counted twice.',
      };
    }
    return namespaces.length === 0
      ? {
          step: 'labels',
          state: 'odd',
          message: `Flows are labelled ${labels.join(', ')}, but by no namespace.`,
          remedy:
            'Check that the collector’s enrich section reaches Kubernetes or names an inventory file, and that loki.labels holds SrcK8S_Namespace and DstK8S_Namespace.',
        }
      : { step: 'labels', state: 'ok', message: `Flows are labelled ${labels.join(', ')}.` };
  } catch (error) {
    return failed('labels', 'The labels of flows could not be read.', error);
  }
}

async function findFlows(uid: string, probes: Probes): Promise<Finding> {
  const now = probes.now();
  try {
    // Exporters whose clocks are ahead write into the future.
    const newest =
      (await probes.newest(uid, rangeOf(now - RECENT_MS, now + RECENT_MS))) ??
      (await probes.newest(uid, rangeOf(now - DAY_MS, now - RECENT_MS)));
    if (newest === undefined) {
      return {
        step: 'flows',
        state: 'missing',
        message: 'No flow of the last 24 hours is in Loki.',
        remedy:
          'Check that exporters send to the collector: its /metrics count what it received, stored and lost, by reason.',
      };
    }
    const age = now - newest;
    if (age > RECENT_MS) {
      return {
        step: 'flows',
        state: 'missing',
        message: `The newest flow is ${spanInWords(age)} old.`,
        remedy:
          'Check that the collector still runs and receives: exporters may have stopped, or their clocks may be behind.',
      };
    }
    return age < -MINUTE_MS
      ? {
          step: 'flows',
          state: 'odd',
          message: `The newest flow ended ${spanInWords(-age)} in the future.`,
          remedy: 'Set the clocks of the exporters, the collector and this computer, best by NTP.',
        }
      : { step: 'flows', state: 'ok', message: `The newest flow is ${spanInWords(Math.max(0, age))} old.` };
  } catch (error) {
    return failed('flows', 'Recent flows could not be read.', error);
  }
}

/**
 * Walks the way to flows — data source, labels, recent flows — and tells of each part whether it is there, and what to
 * do where it is not. Parts after a missing one are not looked at, save for flows where only labels are odd.
 */
export async function testConnection(uid: string | undefined, probes: Probes = GRAFANA): Promise<Finding[]> {
  forgetLabels();
  const skipped = (step: Step): Finding => ({ step, state: 'unknown', message: NOT_LOOKED_AT[step] });
  const dataSource = await findDataSource(uid, probes);
  if (uid === undefined || dataSource.state !== 'ok') {
    return [dataSource, skipped('labels'), skipped('flows')];
  }
  const labels = await findLabels(uid, probes);
  return [dataSource, labels, await findFlows(uid, probes)];
}
