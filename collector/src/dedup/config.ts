import { z } from 'zod';

/** Settings under `dedup`: how long the counting rule remembers. See docs/decisions/0002-counting-once.md. */
export const dedupConfig = z.strictObject({
  /** Seconds for which nodes are presumed to export, and an exporter to export ingress, before it is known. */
  learningSeconds: z.int().min(0).max(86_400).default(120),
  /** Take it that every node exports, though not to this collector: for several collectors that share the nodes. */
  assumeNodesExport: z.boolean().default(false),
  /** Seconds without a flow after which an exporter is taken to have gone silent, and its peers' copies count. */
  silentSeconds: z.int().min(1).max(86_400).default(300),
  /** Seconds for which a router owns a flow that it told of once; longer than routers' active timeouts (30 min). */
  ownershipSeconds: z.int().min(1).max(86_400).default(3_600),
  /** Flows of which the owning router is remembered at most, until other routers tell of them; about 200 bytes each. */
  maxOwnedFlows: z.int().min(1).max(10_000_000).default(200_000),
});

/** The settings under `dedup`, checked and with their defaults. */
export type DedupConfig = z.output<typeof dedupConfig>;
