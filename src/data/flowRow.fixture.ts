import type { FlowRow, KnownFlow } from './flowRow';

/** A row for tests: the flow given, stored as it is. */
export function row(id: string, flow: KnownFlow): FlowRow {
  return { id, flow, value: (name) => flow[name], stored: { ...flow } };
}

const NAMESPACES = ['demo', 'mywebapp', 'shop'];

/** Rows that differ, the newest first. */
export function rows(count: number): FlowRow[] {
  return Array.from({ length: count }, (_, index) =>
    row(`row-${index}`, {
      TimeFlowEndMs: 1_764_000_000_000 - index * 1000,
      SrcK8S_Namespace: NAMESPACES[index % NAMESPACES.length] ?? 'demo',
      SrcK8S_Name: `client-${index}`,
      SrcK8S_Type: 'Pod',
      SrcAddr: `10.0.${Math.floor(index / 250)}.${index % 250}`,
      SrcPort: 40_000 + (index % 20_000),
      DstAddr: '10.96.0.10',
      DstPort: 443,
      Proto: 6,
      FlowDirection: index % 3,
      Bytes: (index * 7919) % 100_000,
      Packets: index % 97,
    })
  );
}
