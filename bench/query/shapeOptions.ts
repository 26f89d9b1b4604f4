import type { TrafficShape } from './traffic';

/** Options that tell the traffic of a bench, for `parseArgs`, with how much of it there is where none is given. */
export function shapeOptions(flows: string, hours: string) {
  return {
    flows: { type: 'string', default: flows },
    hours: { type: 'string', default: hours },
    namespaces: { type: 'string', default: '50' },
    workloads: { type: 'string', default: '400' },
    pairs: { type: 'string', default: '1500' },
    nodes: { type: 'string', default: '10' },
    local: { type: 'string', default: '0' },
  } as const;
}

/** The traffic that such options tell. */
export function shapeOf(values: Readonly<Record<keyof ReturnType<typeof shapeOptions>, string>>): TrafficShape {
  return {
    flows: Number(values.flows),
    hours: Number(values.hours),
    namespaces: Number(values.namespaces),
    workloads: Number(values.workloads),
    pairs: Number(values.pairs),
    nodes: Number(values.nodes),
    local: Number(values.local),
  };
}
