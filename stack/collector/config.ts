import { stringify } from 'yaml';
import { OUTSIDE } from '../demo/traffic/conversations';

/** What differs from start to start in the configuration that the stack writes. */
export interface CollectorSettings {
  /** Addresses to receive on, such as `127.0.0.1:2055` or `2055` for all. */
  readonly listen: readonly string[];
  readonly lokiUrl: string;
  /** HTTP port on 127.0.0.1. */
  readonly httpPort: number;
  /** The demo cluster's inventory; none where real exporters alone are taken. */
  readonly inventory?: string;
  /** Where history is sent: from when on, in ms since the Unix epoch. */
  readonly historyFromMs?: number;
}

const OUTSIDE_NAMES: Readonly<Record<keyof typeof OUTSIDE, string>> = {
  visitors: 'visitors',
  storage: 'object storage',
  resolver: 'DNS resolver',
  payments: 'payment provider',
  mainframe: 'mainframe',
  ftpServer: 'FTP partner',
};

/** Names for the demo's addresses outside, each group as what covers it and nothing else. */
function demoSubnets(): object[] {
  return Object.entries(OUTSIDE).map(([name, group]) => ({
    name: OUTSIDE_NAMES[name as keyof typeof OUTSIDE],
    cidrs:
      name === 'visitors'
        ? [`${group.network}.0/24`, '2001:db8:cafe::/48']
        : Array.from({ length: group.count }, (_, index) => `${group.network}.${group.first + index}/32`),
  }));
}

/** The collector's configuration file for a stack on this machine. */
export function collectorYaml(settings: CollectorSettings): string {
  const config = {
    receive: { listen: settings.listen },
    enrich: {
      ...(settings.inventory === undefined ? {} : { inventory: settings.inventory, subnets: demoSubnets() }),
    },
    aggregate: {
      stateFile: 'sums.json',
      ...(settings.historyFromMs === undefined ? {} : { since: new Date(settings.historyFromMs).toISOString() }),
    },
    loki: { url: settings.lokiUrl },
    http: { listen: `127.0.0.1:${settings.httpPort}` },
    log: { level: 'info' },
  };
  return `# Written by npm start at each start; see docs/collector.md for all settings.\n${stringify(config)}`;
}
