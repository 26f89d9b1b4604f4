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
