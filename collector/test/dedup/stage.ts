import type { FlowRecord } from '@netobserv-flows/schema';
import { Deduplicator, dedupConfig } from '../../src/dedup/index';
import { flow, T } from '../enrich/flow';

const A = { exporter: '192.168.10.11', node: 'node-a' };
export const B = { exporter: '192.168.10.12', node: 'node-b' };
export const ROUTER_1 = '192.0.2.1';
export const ROUTER_2 = '192.0.2.2';
export const SECOND = 1_000;

export const INGRESS = { IfDirections: [0] };
export const EGRESS = { IfDirections: [1] };
export const FROM_A = { SrcAddr: '10.128.0.10', SrcK8S_HostName: A.node };
export const FROM_B = { SrcAddr: '10.128.1.10', SrcK8S_HostName: B.node };
export const TO_A = { DstAddr: '10.128.0.10', DstK8S_HostName: A.node };
export const TO_B = { DstAddr: '10.128.1.10', DstK8S_HostName: B.node };
export const FROM_OUTSIDE = { SrcAddr: '203.0.113.1' };
export const TO_OUTSIDE = { DstAddr: '203.0.113.1' };
export const TO_CLUSTER_IP = { DstAddr: '172.30.0.80', DstPort: 80 };
const PORTS = { SrcPort: 40_000, DstPort: 8080 };
export const BY_A = { AgentIP: A.exporter };
export const BY_B = { AgentIP: B.exporter };
export const TUNNEL_A_B = { TunnelSrcAddr: A.exporter, TunnelDstAddr: B.exporter };

/** A counting stage with its clock; `mark` returns the marked record. */
export function stage(settings: object = {}) {
  const nodes = new Map([A, B].map(({ exporter, node }) => [exporter, node]));
  const dedup = new Deduplicator(dedupConfig.parse(settings), (address) => nodes.get(address));
  const time = { nowMs: T };
  const markAs = (cameInUnseen: boolean, fields: Array<Partial<FlowRecord>>) => {
    const record = flow(Object.assign({ ...PORTS }, ...fields));
    dedup.mark(record, time.nowMs, cameInUnseen);
    return record;
  };
  const mark = (...fields: Array<Partial<FlowRecord>>) => markAs(false, fields);
  const counts = (...fields: Array<Partial<FlowRecord>>) => mark(...fields).Duplicate === undefined;
  /** The same of what came in by no interface. */
  const countsUnseen = (...fields: Array<Partial<FlowRecord>>) => markAs(true, fields).Duplicate === undefined;
  /** Both nodes export, ingress and egress, and the learning is over. */
  const learnt = () => {
    for (let second = 0; second <= 150; second += 30) {
      time.nowMs = T + second * SECOND;
      [BY_A, BY_B].forEach((by) => [INGRESS, EGRESS].forEach((side) => mark(by, side, { SrcAddr: '10.9.9.9' })));
    }
  };
  return { dedup, time, mark, counts, countsUnseen, learnt };
}
