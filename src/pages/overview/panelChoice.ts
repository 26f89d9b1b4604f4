import type { SceneObjectUrlValue } from '@grafana/scenes';
import { PANELS } from './panels';

/** Ids of the panels that are shown where nobody has chosen, in their order. */
export const USUAL_PANELS: readonly string[] = PANELS.map(({ id }) => id);

/** Whether these are the usual panels in their usual order. */
export function areUsualPanels(ids: readonly string[]): boolean {
  return ids.join(',') === USUAL_PANELS.join(',');
}

/** Ids of panels as a URL parameter: `totals,namespaces`; undefined for the usual ones in their usual order. */
export function formatPanels(ids: readonly string[]): string | undefined {
  return areUsualPanels(ids) ? undefined : ids.join(',');
}

/** Reads {@link formatPanels}' text: each panel once, unknown names left out; the usual ones where none is left. */
export function parsePanels(value: SceneObjectUrlValue): readonly string[] {
  const named = [value ?? ''].flat().join(',').split(',');
  const known = [...new Set(named)].filter((id) => USUAL_PANELS.includes(id));
  return known.length > 0 ? known : USUAL_PANELS;
}

/** The choice with a panel more, at its end, or with one less; the last one stays. */
export function toggled(ids: readonly string[], id: string): readonly string[] {
  if (!ids.includes(id)) {
    return [...ids, id];
  }
  return ids.length === 1 ? ids : ids.filter((other) => other !== id);
}

/**
 * The choice with the panel at one place moved to another.
 * @param from place of the panel, from 0.
 * @param to where it stands then, from 0; beyond the ends, at the nearer end.
 */
export function moved(ids: readonly string[], from: number, to: number): readonly string[] {
  const id = ids[from];
  if (id === undefined) {
    return ids;
  }
  const others = ids.filter((_, index) => index !== from);
  const place = Math.min(others.length, Math.max(0, to));
  return [...others.slice(0, place), id, ...others.slice(place)];
}
