import type { FlowRow, KnownFlow } from '../../src/data/flowRow';

const NAMESPACES = ['shop', 'mywebapp', 'database', 'ingress-nginx', 'monitoring', 'media-clients'];
const WORKLOADS = ['frontend', 'catalog', 'cart', 'checkout', 'postgresql', 'redis', 'prometheus', 'player'];
const PORTS = [443, 80, 5432, 6379, 50051, 8080, 53, 9090];

/** A generator of numbers below 2³², the same ones for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Flows as a busy cluster has them, newest first: some hundred pods, Services, and addresses outside. */
export function benchFlows(count: number, seed = 1): FlowRow[] {
  const next = random(seed);
  const of = <T>(values: readonly T[]) => values[next() % values.length] as T;
  const end = (prefix: 'Src' | 'Dst') => {
    if (next() % 8 === 0) {
      return { [`${prefix}Addr`]: `203.0.113.${next() % 256}`, [`${prefix}SubnetLabel`]: 'EXT:Documentation' };
    }
    const workload = of(WORKLOADS);
    const service = prefix === 'Dst' && next() % 3 === 0;
    return {
      [`${prefix}Addr`]: `10.128.${next() % 16}.${next() % 256}`,
      [`${prefix}K8S_Namespace`]: of(NAMESPACES),
      [`${prefix}K8S_OwnerName`]: workload,
      [`${prefix}K8S_OwnerType`]: service ? 'Service' : 'Deployment',
      [`${prefix}K8S_Name`]: service ? workload : `${workload}-${(next() % 60).toString(36)}mxw4-x${next() % 9}k`,
      [`${prefix}K8S_Type`]: service ? 'Service' : 'Pod',
      [`${prefix}K8S_HostName`]: `worker-${next() % 12}`,
    };
  };
  return Array.from({ length: count }, (_, index) => {
    const flow: KnownFlow = {
      TimeFlowStartMs: 1_796_000_000_000 - index * 37 - (next() % 60_000),
      TimeFlowEndMs: 1_796_000_000_000 - index * 37,
      TimeReceived: 1_796_000_001 - Math.floor((index * 37) / 1000),
      ...end('Src'),
      ...end('Dst'),
      SrcPort: 32_768 + (next() % 28_000),
      DstPort: of(PORTS),
      Proto: next() % 5 === 0 ? 17 : 6,
      Bytes: next() % 5_000_000,
      Packets: 1 + (next() % 5000),
      Sampling: 400,
      AgentIP: `192.168.10.${next() % 12}`,
      FlowDirection: next() % 3,
    };
    return { id: `${seed}-${index}`, flow, value: (name) => flow[name], stored: flow };
  });
}
