import type { SceneObjectUrlValue } from '@grafana/scenes';
import { PANELS } from './panels';

const USUAL = PANELS.map(({ id }) => id);

/** Ids of panels as a URL parameter: `totals,namespaces`; undefined for the usual ones in their usual order. */
export function formatPanels(ids: readonly string[]): string | undefined {
  const text = ids.join(',');
  return text === USUAL.join(',') ? undefined : text;
}

/** Reads {@link formatPanels}' text: each panel once, unknown names left out; the usual ones where none is left. */
export function parsePanels(value: SceneObjectUrlValue): readonly string[] {
  const named = [value ?? ''].flat().join(',').split(',');
  const known = [...new Set(named)].filter((id) => USUAL.includes(id));
  return known.length > 0 ? known : USUAL;
}

/** The choice with a panel more, at its end, or with one less; the last one stays. */
export function toggled(ids: readonly string[], id: string): readonly string[] {
  if (!ids.includes(id)) {
    return [...ids, id];
  }
  return ids.length === 1 ? ids : ids.filter((other) => other !== id);
}

/** The choice with a panel one place further up. */
export function movedUp(ids: readonly string[], id: string): readonly string[] {
  const at = ids.indexOf(id);
  if (at <= 0) {
    return ids;
  }
  return [...ids.slice(0, at - 1), id, ids[at - 1]!, ...ids.slice(at + 1)];
}
