import { protocolNumber } from '@netobserv-flows/schema';
import { z } from 'zod';
import { parseCidr } from './address';
import { name } from './name';

const PORT_MAX = 65_535;

/** A network in CIDR notation, or one address. */
const cidr = z.string().refine((text) => parseCidr(text) !== undefined, {
  error: ({ input }) => `'${String(input)}' is not a network; write it like 10.0.0.0/8 or fd00::/8`,
});

const portNumber = z.int().min(0).max(PORT_MAX);

/** A port, or a range of them written `first-last`. */
const portRange = z
  .union([portNumber, z.string()])
  .refine((port) => parsePorts(port) !== undefined, {
    error: ({ input }) => `'${String(input)}' is not a port or a range of ports; write 8080 or 8000-8010`,
  })
  .transform((port) => parsePorts(port)!);

/** @returns the first and last port, or undefined where the text is not a range within 0 to 65535. */
function parsePorts(port: number | string): readonly [first: number, last: number] | undefined {
  if (typeof port === 'number') {
    return [port, port];
  }
  const match = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(port.trim());
  if (match === null) {
    return undefined;
  }
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last && last <= PORT_MAX ? [first, last] : undefined;
}

const protocol = z
  .union([z.int().min(0).max(255), z.string()])
  .refine((value) => typeof value === 'number' || protocolNumber(value) !== undefined, {
    error: ({ input }) => `'${String(input)}' is not a protocol; write TCP, UDP, SCTP or an IANA protocol number`,
  })
  .transform((value) => (typeof value === 'number' ? value : protocolNumber(value)!));

const subnet = z.strictObject({
  name,
  cidrs: z.array(cidr).min(1),
  external: z.boolean().default(true),
});

const application = z
  .strictObject({
    name,
    ports: z.array(portRange).min(1).optional(),
    protocol: protocol.optional(),
    cidrs: z.array(cidr).min(1).optional(),
    namespaces: z.array(z.string().min(1)).min(1).optional(),
  })
  .refine(({ ports, cidrs, namespaces }) => ports !== undefined || cidrs !== undefined || namespaces !== undefined, {
    error: 'matches every flow; give it ports, cidrs or namespaces',
  });

/** Namespaces whose pods and Services are parts of the platform, in the distributions that we know of. */
const INFRA_NAMESPACES = [
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'kube-*',
  'openshift',
  'openshift-*',
  'ovn-kubernetes',
  'calico-*',
  'tigera-operator',
  'cilium*',
  'metallb-system',
  'ingress-nginx',
  'cert-manager',
  'local-path-storage',
  'netobserv*',
];

/** Settings under `enrich`: where names come from, and names of our own for networks and applications. */
export const enrichConfig = z.strictObject({
  /** Path of a YAML file that lists nodes, pods and Services; it is watched. */
  inventory: z.string().min(1).optional(),
  kubernetes: z
    .strictObject({
      enabled: z.boolean().default(false),
      /** Path of a kubeconfig file; without it the pod's service account, else what `kubectl` would use. */
      kubeconfig: z.string().min(1).optional(),
      /** Context of the kubeconfig; its current one by default. */
      context: z.string().min(1).optional(),
    })
    .prefault({}),
  subnets: z.array(subnet).default([]),
  applications: z.array(application).default([]),
  infraNamespaces: z.array(z.string().min(1)).default(INFRA_NAMESPACES),
});

/** The settings under `enrich`, checked and with their defaults. */
export type EnrichConfig = z.output<typeof enrichConfig>;
