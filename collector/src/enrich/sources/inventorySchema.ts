import { protocolNumber } from '@netobserv-flows/schema';
import { z } from 'zod';
import { parseAddress } from '../address';
import { name } from '../name';

/** An IP address in any spelling; comes out in the canonical one. */
const address = z
  .string()
  .refine((text) => parseAddress(text) !== undefined, {
    error: ({ input }) => `'${String(input)}' is not an IP address; write one IPv4 or IPv6 address, without a prefix`,
  })
  .transform((text) => parseAddress(text)!);

const port = z.int().min(1).max(65_535);

const protocol = z
  .string()
  .refine((text) => protocolNumber(text) !== undefined, {
    error: ({ input }) => `'${String(input)}' is not a protocol; write TCP, UDP or SCTP`,
  })
  .transform((text) => protocolNumber(text)!);

const node = z.strictObject({
  name,
  addresses: z.array(address).min(1),
  zone: name.optional(),
  labels: z.record(z.string(), z.string()).optional(),
});

const pod = z.strictObject({
  namespace: name,
  name,
  addresses: z.array(address).default([]),
  node: name,
  owner: z.strictObject({ kind: name, name }).optional(),
  hostNetwork: z.boolean().default(false),
});

const service = z.strictObject({
  namespace: name,
  name,
  clusterIPs: z.array(address).default([]),
  externalIPs: z.array(address).default([]),
  ports: z
    .array(z.strictObject({ port, protocol: protocol.default(6), name: name.optional(), nodePort: port.optional() }))
    .default([]),
  endpoints: z
    .array(z.strictObject({ addresses: z.array(address).min(1), port, protocol: protocol.default(6) }))
    .default([]),
});

const inventory = z.strictObject({
  nodes: z.array(node).default([]),
  pods: z.array(pod).default([]),
  services: z.array(service).default([]),
});

/** An inventory file, checked. */
export type Inventory = z.output<typeof inventory>;

type Report = (path: ReadonlyArray<string | number>, message: string) => void;

/**
 * The schema of an inventory file. Beyond the form it checks that names are unique, that pods run on nodes that exist,
 * and that no address has two owners.
 */
export const inventorySchema = inventory.superRefine((value, context) => {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  checkNames(value, report);
  checkNodes(value, report);
  checkAddresses(value, report);
});

function checkNames({ nodes, pods, services }: Inventory, report: Report): void {
  const unique = (list: string, names: readonly string[]) => {
    const first = new Map<string, number>();
    names.forEach((one, index) => {
      const before = first.get(one);
      if (before !== undefined) {
        report([list, index, 'name'], `'${one}' is already ${list}[${before}]; remove one of them or rename it`);
      }
      first.set(one, before ?? index);
    });
  };
  const qualified = ({ namespace, name: own }: { namespace: string; name: string }) => `${namespace}/${own}`;
  unique(
    'nodes',
    nodes.map((one) => one.name)
  );
  unique('pods', pods.map(qualified));
  unique('services', services.map(qualified));
}

function checkNodes({ nodes, pods }: Inventory, report: Report): void {
  const known = new Set(nodes.map((one) => one.name));
  pods.forEach((one, index) => {
    if (!known.has(one.node)) {
      report(['pods', index, 'node'], `there is no node '${one.node}'; add it under nodes, or correct the name`);
    }
  });
}

function checkAddresses({ nodes, pods, services }: Inventory, report: Report): void {
  const owners = new Map<string, string>();
  const claim = (owner: string, addresses: readonly string[], path: ReadonlyArray<string | number>) =>
    addresses.forEach((one, index) => {
      const other = owners.get(one);
      if (other !== undefined && other !== owner) {
        report([...path, index], `${one} is already the address of ${other}; an address has one owner: correct one`);
      }
      owners.set(one, other ?? owner);
    });
  nodes.forEach((one, index) => claim(`node ${one.name}`, one.addresses, ['nodes', index, 'addresses']));
  pods.forEach((one, index) => {
    // Pods on their node's network have its address; that they list it does no harm.
    if (!one.hostNetwork) {
      claim(`pod ${one.namespace}/${one.name}`, one.addresses, ['pods', index, 'addresses']);
    }
  });
  services.forEach((one, index) =>
    claim(`service ${one.namespace}/${one.name}`, one.clusterIPs, ['services', index, 'clusterIPs'])
  );
}
