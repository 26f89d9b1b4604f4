import { DEFAULT_LABELS, FIELDS, type FieldName } from '@netobserv-flows/schema';
import { z } from 'zod';
import { clientTlsConfig } from '../config/clientTls';

/** Loki refuses a series with more labels than this by default (`max_label_names_per_series`, 15). */
const MAX_LABELS = 15;

/** Labels that the collector gives to streams that are no flows: sums, its report, the list of workloads. */
const OWN_LABELS: readonly string[] = [
  ...['app', 'tier', 'level', 'ends', 'slots', 'late', 'folded', 'kind'],
  ...['K8S_Namespace', 'K8S_OwnerName', 'K8S_OwnerType'],
];

/** As many labels a stream of sums has beside `app`. */
const ROLLUP_LABELS = 6;

const fieldNames = FIELDS.map((field) => field.name);

const labelName = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'is not a label name; use letters, digits and _, and no digit in front')
  .refine((name) => !OWN_LABELS.includes(name), 'is set by the collector; choose another name')
  .refine((name) => !(fieldNames as string[]).includes(name), 'is a flow field; choose another name');

/** Goes into a header as it is. Line breaks at its end, as a mounted secret has them, are none of it. */
const headerText = z
  .string()
  .trim()
  .min(1)
  .refine(isHeaderText, 'has a character that no header can hold; write letters, digits and signs of ASCII alone');

const credentials = z
  .strictObject({
    username: z
      .string()
      .trim()
      .min(1)
      .refine((name) => !name.includes(':'), 'has a colon in it, with which basic auth ends it; use another user'),
    password: z.string().trim().optional(),
    passwordFile: z.string().min(1).optional(),
  })
  .refine(
    ({ password, passwordFile }) => (password === undefined) !== (passwordFile === undefined),
    'needs the password in one place; write either password or passwordFile'
  );

/** Whether a header can hold a text: printable ASCII, of which tenants and tokens are. */
export function isHeaderText(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/** Settings of `loki`: where flows are stored and how they are sent. docs/collector.md tells of each. */
export const lokiConfig = z
  .strictObject({
    url: z
      .url({
        protocol: /^https?$/,
        error: 'is not an address of Loki; write one like http://loki:3100, without /loki/api/v1/push',
      })
      .refine(
        (url) => !URL.canParse(url) || `${new URL(url).username}${new URL(url).password}` === '',
        'has a login in it, which is not used; write it under loki.basicAuth'
      ),
    tenant: headerText.optional(),
    basicAuth: credentials.optional(),
    bearerToken: headerText.optional(),
    bearerTokenFile: z.string().min(1).optional(),
    tls: clientTlsConfig.prefault({}),
    labels: z
      .array(z.enum(fieldNames as [FieldName, ...FieldName[]], 'is not a flow field; see docs/flow-fields.md'))
      .refine((labels) => new Set(labels).size === labels.length, 'names a field twice; name each once')
      .default([...DEFAULT_LABELS]),
    extraLabels: z.record(labelName, z.string().min(1)).default({}),
    maxStreams: z.int().min(10).default(4500),
    batchBytes: z
      .int()
      .min(1024)
      .max(3 * 1024 * 1024)
      .default(2.5 * 1024 * 1024),
    batchWaitMs: z.int().min(10).max(60_000).default(1000),
    queueBytes: z
      .int()
      .min(1024 * 1024)
      .default(128 * 1024 * 1024),
    maxLineBytes: z
      .int()
      .min(1024)
      .default(256 * 1024),
    // Loki may forget one of two pushes that it got at once, when it is killed: docs/decisions/0004-spool.md.
    concurrency: z.int().min(1).max(64).default(1),
    timeoutMs: z.int().min(100).max(600_000).default(30_000),
    backoffMinMs: z.int().min(1).default(500),
    backoffMaxMs: z.int().min(1).default(30_000),
    drainMs: z.int().min(0).max(600_000).default(15_000),
    workloads: z.boolean().default(true),
  })
  .refine((config) => config.labels.length + Object.keys(config.extraLabels).length + 1 <= MAX_LABELS, {
    path: ['labels'],
    error: `makes more than ${MAX_LABELS} labels together with extraLabels and app, which Loki refuses; name fewer`,
  })
  .refine((config) => ROLLUP_LABELS + Object.keys(config.extraLabels).length + 1 <= MAX_LABELS, {
    path: ['extraLabels'],
    error: `makes more than ${MAX_LABELS} labels together with the ${ROLLUP_LABELS + 1} that sums have, which Loki refuses; name fewer`,
  })
  .refine(
    (config) =>
      [config.basicAuth, config.bearerToken, config.bearerTokenFile].filter((one) => one !== undefined).length <= 1,
    'has more than one of basicAuth, bearerToken and bearerTokenFile; keep one'
  )
  .refine((config) => config.backoffMinMs <= config.backoffMaxMs, {
    path: ['backoffMinMs'],
    error: 'is above backoffMaxMs; write a smaller one',
  })
  .refine((config) => config.maxLineBytes <= config.batchBytes, {
    path: ['maxLineBytes'],
    error: 'is above batchBytes; write a smaller one',
  });

/** `loki`, checked and with defaults filled in. */
export type LokiConfig = z.output<typeof lokiConfig>;
