import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { isAddress, networkSetting } from '../network';

/** What is known of an exporter, or of all exporters of a network, beyond what they send. */
const exporterSettings = z
  .strictObject({
    address: z
      .string()
      .refine(isAddress, { error: 'is not an IP address; write it like 10.0.0.1 or fd00::1' })
      .optional(),
    cidr: networkSetting.optional(),
    /** For people: `/status` shows it. */
    name: z.string().min(1).optional(),
    /** Kubernetes node that it is on, where the cluster does not know its address. */
    node: z.string().min(1).optional(),
    /** Datagrams that it may send in a second, in place of `receive.datagramsPerSecond`. */
    datagramsPerSecond: z.int().min(1).max(10_000_000).optional(),
    /** One packet of so many is seen. Used where neither option records nor the flow record itself say. */
    sampling: z.int().min(1).max(0xffff_ffff).optional(),
    /** True where `AgentIP` is the agent address inside its sFlow, not the datagram's source: behind NAT or a relay. */
    agentAddress: z.boolean().optional(),
    /** True where the exporter multiplies its counters by the sampling itself; without it, Open vSwitch is known. */
    prescaled: z.boolean().optional(),
  })
  .refine(({ address, cidr }) => (address === undefined) !== (cidr === undefined), {
    error: 'needs either address or cidr; write one of them',
  });

/** How much the decoder may remember; what comes beyond is counted as lost, nothing else suffers. */
const limits = z.strictObject({
  /** Exporters that have sent templates. */
  exporters: z.int().min(1).max(1_000_000).default(8192),
  domainsPerExporter: z.int().min(1).max(65_536).default(256),
  templatesPerDomain: z.int().min(1).max(65_280).default(1024),
  fieldsPerTemplate: z.int().min(1).max(16_384).default(512),
  /** Templates of all exporters; equal ones of many exporters are made ready once. */
  templates: z.int().min(1).max(10_000_000).default(262_144),
  /** Fields of all different templates together. */
  fields: z.int().min(1).max(10_000_000).default(524_288),
  /** What option records say of single selectors, interfaces, templates and processes, of all exporters together. */
  optionEntries: z.int().min(1).max(10_000_000).default(65_536),
});

/** Data that came before its template. */
const waiting = z.strictObject({
  /** Bytes that may wait, of all exporters; one may have a quarter of them. 0: none waits. */
  maxBytes: z
    .int()
    .min(0)
    .max(1024 * 1024 * 1024)
    .default(16 * 1024 * 1024),
  /** Longer than Open vSwitch takes to repeat its templates, 600 s. */
  maxSeconds: z.int().min(1).max(86_400).default(660),
});

/** The `decode` part of the collector's configuration. */
export const decodeConfig = z.strictObject({
  /** The first entry that holds an exporter's address counts. */
  exporters: z.array(exporterSettings).default([]),
  /**
   * The sampling that Open vSwitch is set to: it scales its counters by it and does not send it. Shown, not applied; for
   * its exporters without a `sampling` of their own. By default its flows look as if every packet had been seen.
   */
  openVSwitchSampling: z.int().min(1).max(0xffff_ffff).optional(),
  /** An exporter silent for so long may be forgotten, when room is needed for another. */
  exporterIdleSeconds: z.int().min(1).max(31_536_000).default(10_800),
  /** A template that was neither repeated nor used for so long is forgotten. */
  templateLifetimeSeconds: z.int().min(60).max(31_536_000).default(86_400),
  /**
   * An exporter's clock that is further off than this, in milliseconds, is warned of in the log. By default as far as
   * names still fit: an address may be another pod's after it.
   */
  maxClockSkewMs: z.int().min(1000).max(31_536_000_000).default(10_000),
  waiting: waiting.prefault({}),
  limits: limits.prefault({}),
});

/** The `decode` part of the configuration, defaults filled in. */
export type DecodeConfig = z.output<typeof decodeConfig>;
/** One entry of `decode.exporters`. */
export type ExporterSettings = DecodeConfig['exporters'][number];
/** `decode.limits`. */
export type DecodeLimits = DecodeConfig['limits'];

const CACHE_MAX = 16_384;

/**
 * Finds the settings of an exporter.
 * @param settings in the order in which they count.
 * @returns a function from a source address to its settings, or undefined where none fit.
 */
export function exporterLookup(
  settings: readonly ExporterSettings[]
): (address: string) => ExporterSettings | undefined {
  if (settings.length === 0) {
    return () => undefined;
  }
  const entries = settings.map((entry) => ({ entry, range: ipaddr.parseCIDR(networkOf(entry)) }));
  const known = new Map<string, ExporterSettings | undefined>();
  return (address) => {
    if (known.has(address)) {
      return known.get(address);
    }
    const parsed = ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
    const found = entries.find(({ range }) => parsed?.kind() === range[0].kind() && parsed.match(range))?.entry;
    // Spoofed sources may not fill the memory: the cache starts anew.
    if (known.size >= CACHE_MAX) {
      known.clear();
    }
    known.set(address, found);
    return found;
  };
}

function networkOf({ address, cidr }: ExporterSettings): string {
  if (cidr !== undefined) {
    return cidr;
  }
  const parsed = ipaddr.process(address ?? '');
  return `${parsed.toString()}/${parsed.kind() === 'ipv4' ? 32 : 128}`;
}
