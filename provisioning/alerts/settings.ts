import { readFileSync } from 'node:fs';
import { isServicePort, ROLLUP_LEVELS } from '@netobserv-flows/schema';
import { parse } from 'yaml';
import { z } from 'zod';
import { formatFilter, parseFilterText, type Filter } from '../../src/flow/index';
import { SUMS, sumsDecide } from './sums';

/** One filter in text form, such as `src_namespace!="legacy"`; may hold several, which all must be met. */
const filters = z.string().transform((text, context): readonly Filter[] => {
  const parsed = parseFilterText(text);
  if (!parsed.ok) {
    context.addIssue({ code: 'custom', message: `"${text}" is no filter: ${parsed.error}; see docs/filters.md` });
    return z.NEVER;
  }
  return parsed.value;
});

/** Why sums cannot tell whether the flows in them meet a filter; undefined where they can. */
function undecidedBySums(filter: Filter): string | undefined {
  const answer = sumsDecide(filter);
  if (answer.ok) {
    return undefined;
  }
  const kept = Object.hasOwn(ROLLUP_LEVELS[SUMS.level].fields, answer.lacks);
  return (
    `${formatFilter(filter)} needs ${answer.lacks}, ` +
    `${kept ? 'of which the sums that this rule reads keep well-known ports only' : 'which the sums that this rule reads do not keep'}: ` +
    'filter by namespace, workload, Service, subnet or well-known port (docs/alerts.md)'
  );
}

/** The same, over sums: a filter that they cannot decide would break the rule, or leave it without any flow. */
const sumFilters = filters.superRefine((list, context) => {
  for (const fault of list.map(undecidedBySums)) {
    if (fault !== undefined) {
      context.addIssue({ code: 'custom', message: fault });
    }
  }
});

/** Filters that flows must meet to count. */
const where = (one: typeof filters | typeof sumFilters) =>
  z
    .array(one)
    .default([])
    .transform((lists) => lists.flat());

/** Minutes for which the condition must hold before the rule fires. */
const forMinutes = z.int().min(0).max(1_440);

const onSums = { forMinutes, where: where(sumFilters) };

const servicePort = z
  .int()
  .refine(isServicePort, 'is none of the well-known ports, which are all that sums keep (schema/ports.ts)');

const settings = z.strictObject({
  sums: z.strictObject({ writtenAfterSeconds: z.int().min(30).max(7_200) }),
  insecureProtocol: z.strictObject({ ...onSums, ports: z.array(servicePort).min(1), bytes: z.int().min(0) }),
  externalEgress: z.strictObject({ ...onSums, times: z.number().gt(1), floorBytes: z.int().min(1) }),
  trafficStopped: z.strictObject({ ...onSums, share: z.number().gt(0).max(1), busyBytes: z.int().min(1) }),
  scan: z.strictObject({ forMinutes, where: where(filters), targets: z.int().min(1) }),
  dnsSurge: z.strictObject({ ...onSums, times: z.number().gt(1), floorPackets: z.int().min(1) }),
  flowsLost: z.strictObject({ forMinutes, count: z.int().min(0) }),
  exporterSilent: z.strictObject({
    forMinutes,
    minutes: z.int().min(2),
    lookBackHours: z.int().min(1).max(168),
  }),
  collectorSilent: z.strictObject({
    forMinutes,
    minutes: z.int().min(2),
    lookBackHours: z.int().min(1).max(168),
  }),
});

/** What `thresholds.yaml` says, checked. Bytes and packets are those of ten minutes unless named otherwise. */
export type AlertSettings = z.output<typeof settings>;

/** The file with the thresholds of all rules. */
export const THRESHOLDS_FILE = new URL('thresholds.yaml', import.meta.url);

/**
 * Reads thresholds.
 * @param text YAML; that of {@link THRESHOLDS_FILE} where left out.
 * @throws Error that names each setting which is not known, missing or out of range.
 */
export function readAlertSettings(text: string = readFileSync(THRESHOLDS_FILE, 'utf8')): AlertSettings {
  const read = settings.safeParse(parse(text));
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`);
    throw new Error(`provisioning/alerts/thresholds.yaml:\n  ${faults.join('\n  ')}`);
  }
  return read.data;
}
