import { DEFAULT_LABELS, NETOBSERV_LABELS } from '@netobserv-flows/schema';
import type { RecordSource } from '../flow';

/** A label that only NetObserv's collector writes, where it tracks connections. */
const NETOBSERV_MARK = '_RecordType';

/** Labels that NetObserv's collector always writes, and ours where `loki.labels` says so. */
const OF_EITHER: readonly string[] = NETOBSERV_LABELS.filter(
  (label) => !(DEFAULT_LABELS as readonly string[]).includes(label)
);

/** Whose collector wrote flows with these stream labels; undefined where lines have to be looked at to tell. */
export function sourceByLabels(labels: readonly string[]): RecordSource | undefined {
  if (labels.includes(NETOBSERV_MARK)) {
    return 'netobserv';
  }
  return labels.some((label) => OF_EITHER.includes(label)) ? undefined : 'own';
}
