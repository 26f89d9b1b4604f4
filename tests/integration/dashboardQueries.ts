import networkObservability from '../../src/dashboards/network-observability.json';

/** A query of a dashboard panel, as far as the tests need it. */
export interface DashboardQuery {
  readonly panel: string;
  readonly expr: string;
  readonly queryType: 'instant' | 'range';
  /** Most lines that a query for lines may bring. */
  readonly maxLines?: number;
}

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: ReadonlyArray<Omit<DashboardQuery, 'panel'> & { readonly datasource: { readonly uid: string } }>;
  readonly panels?: readonly Panel[];
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: string | { readonly type: number; readonly label: string; readonly stream: string };
  readonly allValue?: string;
}

/** The parts of Grafana's dashboard JSON that the tests look at. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

/** The dashboard that the app brings along. */
export function bundledDashboard(): Dashboard {
  return networkObservability as unknown as Dashboard;
}

/** Every query of every panel. */
export function queriesOf(dashboard: Dashboard): DashboardQuery[] {
  return dashboard.panels.flatMap((panel) =>
    (panel.targets ?? []).map(({ expr, queryType, maxLines }) => ({ panel: panel.title, expr, queryType, maxLines }))
  );
}

/** What stands for the dashboard's variables; what is left out is 'All'. */
export type Chosen = Readonly<Record<string, readonly string[]>>;

/** Grafana's escaping of a value inside a regular expression in a LogQL string. */
function escapeChosen(value: string): string {
  return value.replace(/\\/g, '\\\\\\\\').replace(/[$^*{}[\]'+?.()|]/g, '\\\\$&');
}

/** Variables with one value, which are put in as they are, and what they are unless something else is chosen. */
const SINGLE: Readonly<Record<string, string>> = { counted: '.*', window: '10m' };

/**
 * Puts values in place of a query's variables as Grafana does.
 *
 * @param windowSeconds what `$__auto` stands for: the step of a range query, the whole range of an instant one
 */
export function interpolate(expr: string, chosen: Chosen, windowSeconds: number): string {
  return expr.replaceAll('$__auto', `${windowSeconds}s`).replace(/\$(\w+)(?=[")|\]])/g, (_, name: string) => {
    const values = chosen[name];
    const usual = SINGLE[name];
    if (usual !== undefined) {
      return values?.[0] ?? usual;
    }
    return values === undefined ? '.*' : values.map(escapeChosen).join('|');
  });
}
