import type { FlowRecord } from '@netobserv-flows/schema';

/** The time at which flows of these tests end. */
export const T = Date.UTC(2026, 2, 14, 12, 0, 0);

/** A TCP flow, with what a test says of it. */
export function flow(fields: Partial<FlowRecord> = {}): FlowRecord {
  return {
    TimeFlowStartMs: T - 1_000,
    TimeFlowEndMs: T,
    TimeReceived: T / 1_000,
    Bytes: 1_000,
    Packets: 10,
    Sampling: 1,
    AgentIP: '192.168.10.11',
    Proto: 6,
    ...fields,
  };
}
