import { Gauge, type Registry } from 'prom-client';
import type { TrafficCounters } from './decode';
import type { KnownInterface } from './interfaces';

const LABELS = ['exporter', 'interface', 'name'] as const;

/** What is counted of each direction, as the collector's metrics name it. */
const TRAFFIC: ReadonlyArray<readonly [name: string, help: string, of: keyof TrafficCounters]> = [
  ['bytes', 'Bytes', 'bytes'],
  ['packets', 'Packets: unicast, multicast and broadcast', 'packets'],
  ['discards', 'Packets discarded although nothing was wrong with them', 'discards'],
  ['errors', 'Packets that were not sent or handed on as something was wrong with them', 'errors'],
];

/**
 * Metrics of what sFlow agents count at their interfaces. They are the agents' figures as these send them: gauges that
 * start anew with the agent, or where its 32 bits are full.
 */
export function interfaceMetrics(registry: Registry, all: (() => Iterable<KnownInterface>) | undefined): void {
  if (all === undefined) {
    return;
  }
  for (const [name, help, of] of TRAFFIC) {
    const one = new Gauge({
      name: `netobserv_flows_interface_${name}_total`,
      help: `${help}, as the sFlow agent counts at its interface`,
      labelNames: [...LABELS, 'direction'] as const,
      registers: [registry],
      collect() {
        one.reset();
        for (const known of all()) {
          for (const direction of ['in', 'out'] as const) {
            const value = known.counters[direction][of];
            if (value !== undefined) {
              one.set({ ...labelsOf(known), direction }, value);
            }
          }
        }
      },
    });
  }
  const speed = new Gauge({
    name: 'netobserv_flows_interface_speed_bits',
    help: 'Speed of an interface of an sFlow agent, in bits a second',
    labelNames: LABELS,
    registers: [registry],
    collect() {
      speed.reset();
      for (const known of all()) {
        if (known.counters.speed !== undefined) {
          speed.set(labelsOf(known), known.counters.speed);
        }
      }
    },
  });
  const up = new Gauge({
    name: 'netobserv_flows_interface_up',
    help: 'Whether an interface of an sFlow agent is up: 1 or 0',
    labelNames: LABELS,
    registers: [registry],
    collect() {
      up.reset();
      for (const known of all()) {
        up.set(labelsOf(known), known.counters.up ? 1 : 0);
      }
    },
  });
}

function labelsOf({ exporter, counters }: KnownInterface) {
  return { exporter, interface: String(counters.index), name: counters.name ?? '' };
}
