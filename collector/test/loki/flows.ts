import type { FlowRecord } from '@netobserv-flows/schema';
import type { Flow, LossReason } from '../../src/flow';
import { LokiWriter, lokiConfig } from '../../src/loki';
import { spoolConfig } from '../../src/spool';

/** A record with the fields that every record has, and those given. */
export function record(fields: Partial<FlowRecord> = {}): FlowRecord {
  const now = 1_790_000_000_000;
  return {
    TimeFlowStartMs: now - 1000,
    TimeFlowEndMs: now,
    TimeReceived: now / 1000,
    Bytes: 100,
    Packets: 1,
    Sampling: 1,
    AgentIP: '192.0.2.1',
    ...fields,
  };
}

/** A flow of such a record. */
export function flow(fields: Partial<FlowRecord> = {}, subMs = 0): Flow {
  return { record: record(fields), subMs };
}

/**
 * A writer with quick settings, and what it told.
 * @param spool settings of its spool, also ones below the limits of the configuration; without a path it has none.
 */
export function startWriter(url: string, settings: Record<string, unknown> = {}, spool: Record<string, unknown> = {}) {
  const lost: Array<{ reason: LossReason; exporter: string; count: number; detail?: string }> = [];
  const notices: string[] = [];
  const results: string[] = [];
  let stored = 0;
  const config = lokiConfig.parse({
    url,
    batchWaitMs: 20,
    backoffMinMs: 5,
    backoffMaxMs: 20,
    workloads: false,
    ...settings,
  });
  const events = {
    onLoss: (reason: LossReason, exporter: string, count: number, detail?: string) =>
      lost.push({ reason, exporter, count, detail }),
    onStored: (_exporter: string, flows: number) => (stored += flows),
    onPush: (result: string) => results.push(result),
    onNotice: (_level: string, _key: string, message: string) => notices.push(message),
  };
  const writer = new LokiWriter(config, events, { ...spoolConfig.parse({ flushMs: 10 }), ...spool });
  return {
    writer,
    lost,
    notices,
    results,
    stored: () => stored,
    lostFlows: (reason?: LossReason) =>
      lost.filter((one) => reason === undefined || one.reason === reason).reduce((sum, { count }) => sum + count, 0),
  };
}
