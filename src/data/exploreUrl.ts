import { locationUtil, urlUtil, type RawTimeRange } from '@grafana/data';
import type { SceneDataQuery } from '@grafana/scenes';
import { isEditor, mayDo } from './permissions';

function pointInTime(time: RawTimeRange['from']): string {
  return typeof time === 'string' ? time : String(time.valueOf());
}

/**
 * Address of Explore with a query, or several; undefined for who may not open Explore, whom Grafana would send to its
 * home page.
 * @param range what Explore shows; relative times stay relative.
 */
export function exploreUrl(
  uid: string,
  query: SceneDataQuery | readonly SceneDataQuery[],
  range: RawTimeRange
): string | undefined {
  if (!mayDo('datasources:explore', isEditor())) {
    return undefined;
  }
  const panes = {
    flows: {
      datasource: uid,
      queries: [query].flat().map((one) => ({ ...one, datasource: { type: 'loki', uid } })),
      range: { from: pointInTime(range.from), to: pointInTime(range.to) },
    },
  };
  const url = urlUtil.renderUrl('/explore', {
    schemaVersion: 1,
    panes: JSON.stringify(panes),
  });
  return locationUtil.assureBaseUrl(url);
}
