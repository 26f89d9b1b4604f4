import { FLOW_APP, LINE_ORDER, WORKLOAD_APP, type FieldName, type FlowRecord } from '@netobserv-flows/schema';

interface Stream {
  readonly stream: Record<string, string>;
  readonly values: Array<[timestampNs: string, line: string]>;
}

type Entry = readonly [labels: Record<string, string>, timestampNs: string, line: string];

/** Groups entries by their label set, as Loki's push API wants them. */
function streamsOf(entries: Iterable<Entry>): Stream[] {
  const streams = new Map<string, Stream>();
  for (const [labels, timestamp, line] of entries) {
    const key = JSON.stringify(labels);
    const held = streams.get(key) ?? { stream: labels, values: [] };
    held.values.push([timestamp, line]);
    streams.set(key, held);
  }
  return [...streams.values()];
}

function flowEntry(flow: FlowRecord, index: number, labelFields: readonly FieldName[]): Entry {
  const labels: Record<string, string> = { app: FLOW_APP };
  const line: Partial<Record<FieldName, unknown>> = {};
  for (const name of LINE_ORDER) {
    const value = flow[name];
    if (value === undefined) {
      continue;
    }
    if (labelFields.includes(name)) {
      labels[name] = String(value);
    } else {
      line[name] = value;
    }
  }
  const timestamp = BigInt(flow.TimeFlowEndMs) * 1_000_000n + BigInt(index % 1_000_000);
  return [labels, timestamp.toString(), JSON.stringify(line)];
}

/** The workloads of the flows, one entry each, at the time of the newest flow. */
function workloadEntries(flows: readonly FlowRecord[]): Entry[] {
  const lastSeenMs = flows.reduce((latest, flow) => Math.max(latest, flow.TimeFlowEndMs), 0);
  const entries = new Map<string, Entry>();
  for (const flow of flows) {
    for (const side of ['Src', 'Dst'] as const) {
      const labels = {
        app: WORKLOAD_APP,
        K8S_Namespace: flow[`${side}K8S_Namespace`],
        K8S_OwnerName: flow[`${side}K8S_OwnerName`],
        K8S_OwnerType: flow[`${side}K8S_OwnerType`],
      };
      const present = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined));
      if (labels.K8S_OwnerName !== undefined) {
        const line = JSON.stringify({ LastSeenMs: lastSeenMs });
        entries.set(JSON.stringify(present), [present as Record<string, string>, `${lastSeenMs}000000`, line]);
      }
    }
  }
  return [...entries.values()];
}

/** How flows are laid out in Loki. */
export interface PushOptions {
  /** Base address of Loki, without `/loki/api`. */
  readonly lokiUrl: string;
  /** Fields that become stream labels. */
  readonly labels: readonly FieldName[];
  /** Tenant, for a Loki with `auth_enabled`. */
  readonly tenant?: string;
}

/**
 * Puts flows into Loki through its JSON push API, and the workloads that they name.
 *
 * @throws Error with Loki's answer where it refuses
 */
export async function pushFlows(flows: readonly FlowRecord[], options: PushOptions): Promise<void> {
  const entries = flows.map((flow, index) => flowEntry(flow, index, options.labels));
  const response = await fetch(`${options.lokiUrl}/loki/api/v1/push`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(options.tenant === undefined ? {} : { 'X-Scope-OrgID': options.tenant }),
    },
    body: JSON.stringify({ streams: streamsOf([...entries, ...workloadEntries(flows)]) }),
  });
  if (!response.ok) {
    throw new Error(`Loki refused the flows with ${response.status}: ${await response.text()}`);
  }
}
