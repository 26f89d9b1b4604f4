/**
 * How fast flows get names, beside the plain way: going through the lists for each address.
 * Run: `npx tsx bench/collector/enrich.ts`. Prints flows a second of CPU, and the ratio.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowRecord } from '@netobserv-flows/schema';
import ipaddr from 'ipaddr.js';
import { Enricher, enrichConfig } from '../../collector/src/enrich/index';

const NODES = 100;
const PODS = 5_000;
const SERVICES = 500;
const FLOWS = 300_000;
const PLAIN_FLOWS = 3_000;

const nodes = Array.from({ length: NODES }, (_, i) => ({
  name: `node-${i}`,
  addresses: [`192.168.10.${i}`],
  zone: 'z',
}));
const pods = Array.from({ length: PODS }, (_, i) => ({
  namespace: `team-${i % 50}`,
  name: `web-${i}`,
  addresses: [`10.${128 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`, `fd01::${i.toString(16)}`],
  node: `node-${i % NODES}`,
  owner: { kind: 'Deployment', name: `web-${i % SERVICES}` },
}));
const services = Array.from({ length: SERVICES }, (_, i) => ({
  namespace: `team-${i % 50}`,
  name: `web-${i}`,
  clusterIPs: [`172.30.${i >> 8}.${i & 255}`],
  ports: [{ port: 80 }],
  endpoints: [{ addresses: pods.filter((_, pod) => pod % SERVICES === i).map((pod) => pod.addresses[0]!), port: 8080 }],
}));
const subnets = Array.from({ length: 200 }, (_, i) => ({ name: `site-${i}`, cidrs: [`10.${i % 100}.${i}.0/24`] }));

function flows(count: number): FlowRecord[] {
  const TimeFlowEndMs = Date.now();
  return Array.from({ length: count }, (_, i) => {
    const pod = pods[(i * 7919) % PODS]!;
    const peer = pods[(i * 104_729) % PODS]!;
    const outside = `203.0.${i % 113}.${i % 251}`;
    const to = [
      peer.addresses[0]!,
      `172.30.${(i % SERVICES) >> 8}.${(i % SERVICES) & 255}`,
      outside,
      peer.addresses[1]!,
    ];
    return {
      TimeFlowStartMs: TimeFlowEndMs,
      TimeFlowEndMs,
      TimeReceived: 0,
      Bytes: 1,
      Packets: 1,
      Sampling: 1,
      AgentIP: '192.168.10.1',
      SrcAddr: i % 4 === 3 ? pod.addresses[1] : pod.addresses[0],
      DstAddr: to[i % 4],
      SrcPort: 40_000,
      DstPort: i % 4 === 1 ? 80 : 8080,
      Proto: 6,
    };
  });
}

/** The same names by going through the lists: what a first version would do. */
function plainNames(address: string, port: number) {
  const canonical = ipaddr.process(address).toString();
  const pod = pods.find(({ addresses }) => addresses.includes(canonical));
  if (pod !== undefined) {
    const node = nodes.find(({ name }) => name === pod.node);
    const served = services.find(({ endpoints }) =>
      endpoints.some((one) => one.port === port && one.addresses.includes(canonical))
    );
    return { name: pod.name, owner: pod.owner.name, zone: node?.zone, service: served?.name };
  }
  const found =
    services.find(({ clusterIPs }) => clusterIPs.includes(canonical)) ??
    nodes.find(({ addresses }) => addresses.includes(canonical));
  if (found !== undefined) {
    return { name: found.name, owner: found.name, service: found.name };
  }
  const parsed = ipaddr.process(address);
  const within = subnets.find(
    ({ cidrs }) => parsed.kind() === 'ipv4' && (parsed as ipaddr.IPv4).match(ipaddr.IPv4.parseCIDR(cidrs[0]!))
  );
  return { subnet: `EXT:${within?.name ?? 'internet'}` };
}

function perCpuSecond(count: number, work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return count / ((user + system) / 1e6);
}

const folder = mkdtempSync(join(tmpdir(), 'bench-enrich-'));
const inventory = join(folder, 'inventory.yaml');
writeFileSync(inventory, JSON.stringify({ nodes, pods, services }));
const log = { info: () => {}, warn: console.warn, error: console.error };
const startedMs = performance.now();
const enricher = await Enricher.start(enrichConfig.parse({ inventory, subnets }), log);
const loadMs = performance.now() - startedMs;
rmSync(folder, { recursive: true });

flows(50_000).forEach((record) => enricher.enrich(record));
const records = flows(FLOWS);
const indexed = perCpuSecond(FLOWS, () => records.forEach((record) => enricher.enrich(record)));

let different = 0;
const sample = records.slice(0, PLAIN_FLOWS);
const plain = perCpuSecond(PLAIN_FLOWS, () =>
  sample.forEach((record) => {
    const from = plainNames(record.SrcAddr!, record.SrcPort!);
    const to = plainNames(record.DstAddr!, record.DstPort!);
    const equal =
      from.name === record.SrcK8S_Name &&
      to.name === record.DstK8S_Name &&
      to.service === record.DstK8S_Service &&
      to.subnet === record.DstSubnetLabel;
    different += equal ? 0 : 1;
  })
);
enricher.stop();

const round = (value: number) => Math.round(value).toLocaleString('en');
console.log(
  `${NODES} nodes, ${PODS} pods, ${SERVICES} Services, ${subnets.length} subnets; loaded in ${round(loadMs)} ms`
);
console.log(`indexed:            ${round(indexed)} flows per CPU second`);
console.log(`through the lists:  ${round(plain)} flows per CPU second`);
console.log(`ratio:              ${round(indexed / plain)}, different names in ${different} of ${PLAIN_FLOWS} flows`);
process.exitCode = different === 0 ? 0 : 1;
