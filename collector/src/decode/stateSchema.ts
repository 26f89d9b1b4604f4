import { z } from 'zod';
import { TIME_MAX_MS } from './times';

const rates = z.array(z.tuple([z.number(), z.number().min(1)])).max(1024);
const time = z.number().min(0).max(TIME_MAX_MS);
const uint16 = z.int().min(0).max(0xffff);
const domainKey = z.int().min(-0x1_0000_0000).max(0xffff_ffff);

const savedExporter = z.object({
  scope: z.string().min(1).max(100),
  seenMs: time,
  proven: z.boolean(),
  domains: z.array(
    z.object({
      key: domainKey,
      set: z.int().min(0),
      usedMs: time,
      systemInitMs: time.optional(),
      sampling: z
        .object({ whole: z.number().min(1).optional(), selectors: rates, interfaces: rates, templates: rates })
        .optional(),
    })
  ),
});

const savedSet = z.object({
  scope: z.string().min(1).max(100),
  address: z.string().min(1).max(100),
  header: z.object({
    version: z.union([z.literal(9), z.literal(10)]),
    domain: z.int().min(0).max(0xffff_ffff),
    sequence: z.int().min(0).max(0xffff_ffff),
    exportMs: time,
    uptimeMs: z.number().min(0).optional(),
  }),
  domainKey,
  id: uint16,
  bytes: z.base64(),
  offset: z.int().min(0).max(0xffff),
  receivedMs: time,
  sinceMs: time.optional(),
});

/** Entries of a file, each checked by itself: one that is not sound costs no other exporter its own. */
export interface Entries<T> {
  readonly sound: T[];
  /** What is wrong with each of the others. */
  readonly unsound: string[];
}

const entriesOf = <T>(entry: z.ZodType<T>) =>
  z.array(z.unknown()).transform((all): Entries<T> => {
    const entries: Entries<T> = { sound: [], unsound: [] };
    for (const one of all) {
      const { success, data, error } = entry.safeParse(one);
      if (success) {
        entries.sound.push(data);
      } else {
        const { path, message } = error.issues[0]!;
        entries.unsound.push(`${path.join('.')}: ${message}`);
      }
    }
    return entries;
  });

/** Templates and what option records said, as they are kept over a restart. */
export const templatesFile = z.object({
  version: z.literal(1),
  /** Definitions as they were sent, without the number: version and kind, then base64. */
  definitions: z.array(z.tuple([z.union([z.literal(9), z.literal(10)]), z.boolean(), z.base64()])),
  /** Numbers and their definitions, by index: most exporters of a kind have the same. */
  sets: z.array(z.array(z.tuple([uint16, z.int().min(0)]))),
  exporters: entriesOf(savedExporter),
});

/** What is read from {@link templatesFile}. */
export type TemplatesFile = z.output<typeof templatesFile>;
/** What is written into it. */
export type SavedTemplates = Omit<TemplatesFile, 'exporters'> & { exporters: Array<z.output<typeof savedExporter>> };
/** An observation domain of an exporter. */
export type SavedDomain = z.output<typeof savedExporter>['domains'][number];

/** Data sets that wait for their template, as they are kept over a restart. */
export const waitingFile = z.object({ version: z.literal(1), sets: entriesOf(savedSet) });

/** What is read from {@link waitingFile}. */
export type WaitingFile = z.output<typeof waitingFile>;
/** What is written into it. */
export type SavedWaiting = Omit<WaitingFile, 'sets'> & { sets: Array<z.output<typeof savedSet>> };
