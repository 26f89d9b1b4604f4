import type { TimeSpan } from '../../flow/plan';

/** `2026-05-04T12-20`, in UTC: no colons, which some file systems refuse. */
function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace(':', '-');
}

/**
 * Name of a file of a panel: `overview-nodes_2026-05-04T06-20_2026-05-04T12-20Z.png`.
 * @param extension without the dot.
 */
export function panelFileName(id: string, { fromMs, toMs }: TimeSpan, extension: string): string {
  return `overview-${id}_${minute(fromMs)}_${minute(toMs)}Z.${extension}`;
}
