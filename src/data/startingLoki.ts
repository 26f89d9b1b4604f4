import { getDataSourceSrv } from '@grafana/runtime';
import { PROVISIONED_LOKI } from '../constants';

/**
 * Uid of the Loki data source that pages start with: the one that was chosen, else the one that is provisioned beside the
 * app, else Grafana's default one, else the first. Undefined where Grafana has none.
 * @param chosen uid on the configuration page; undefined where nobody has chosen one.
 */
export function startingLoki(chosen: string | undefined): string | undefined {
  if (chosen !== undefined) {
    return chosen;
  }
  const all = getDataSourceSrv().getList({ type: 'loki' });
  const found = all.find(({ uid }) => uid === PROVISIONED_LOKI) ?? all.find(({ isDefault }) => isDefault) ?? all[0];
  return found?.uid;
}
