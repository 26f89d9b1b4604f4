import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { Enricher, enrichConfig } from '../../src/enrich/index';
import { T } from './flow';

const folders: string[] = [];
const enrichers: Enricher[] = [];

afterEach(() => {
  enrichers.splice(0).forEach((enricher) => enricher.stop());
  folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true }));
});

/** Writes a file that is gone after the test; returns its path. */
export function temporaryFile(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'enrich-'));
  folders.push(folder);
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** A log that keeps what it was told. */
export function keepingLog() {
  const entries: Array<{ level: string; fields: Record<string, unknown>; message: string }> = [];
  const at =
    (level: string) =>
    (fields: unknown, message = '') =>
      void entries.push({ level, fields: fields as Record<string, unknown>, message });
  return { entries, info: at('info'), warn: at('warn'), error: at('error') };
}

/** An enricher over an inventory given as YAML text, with further settings. */
export async function startEnricher(inventory: string, settings: object = {}, clock = () => T): Promise<Enricher> {
  const file = temporaryFile('inventory.yaml', inventory);
  const enricher = await Enricher.start(enrichConfig.parse({ inventory: file, ...settings }), keepingLog(), clock);
  enrichers.push(enricher);
  return enricher;
}

/** A small cluster: two nodes, a web deployment behind a Service, a bare pod, DNS, a host-network pod. */
export const SHOP = `
nodes:
  - { name: node-a, addresses: [192.168.10.11, 'fd00:10::11', 10.128.0.2], zone: zone-1 }
  - { name: node-b, addresses: [192.168.10.12], labels: { topology.kubernetes.io/zone: zone-2 } }
pods:
  - { namespace: shop, name: web-1, addresses: [10.128.0.10, '2001:db8:42::a'], node: node-a, owner: { kind: Deployment, name: web } }
  - { namespace: shop, name: web-2, addresses: [10.128.1.10], node: node-b, owner: { kind: Deployment, name: web } }
  - { namespace: shop, name: debug, addresses: [10.128.1.20], node: node-b }
  - { namespace: kube-system, name: dns-1, addresses: [10.128.0.53], node: node-a, owner: { kind: DaemonSet, name: dns } }
  - { namespace: monitoring, name: agent-a, addresses: [192.168.10.11], node: node-a, hostNetwork: true, owner: { kind: DaemonSet, name: agent } }
services:
  - namespace: shop
    name: web
    clusterIPs: [172.30.0.80, 'fd00:30::80']
    ports: [{ port: 80, protocol: TCP, name: http, nodePort: 30080 }]
    endpoints: [{ addresses: [10.128.0.10, 10.128.1.10], port: 8080, protocol: TCP }]
  - namespace: kube-system
    name: dns
    clusterIPs: [172.30.0.10]
    ports: [{ port: 53, protocol: UDP }]
    endpoints: [{ addresses: [10.128.0.53], port: 5353, protocol: UDP }]
  - namespace: monitoring
    name: agents
    endpoints: [{ addresses: [192.168.10.11], port: 9100, protocol: TCP }]
`;
