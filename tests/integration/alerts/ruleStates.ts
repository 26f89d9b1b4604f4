/** What Grafana says of a rule. */
export interface RuleState {
  /** `inactive` is Normal, `firing` Alerting. */
  readonly state: 'inactive' | 'pending' | 'firing' | 'recovering';
  readonly health: string;
  readonly lastError?: string;
  /** Of its alerts that are not Normal. */
  readonly summaries: readonly string[];
  readonly links: readonly string[];
}

interface Answer {
  readonly data: {
    readonly groups: ReadonlyArray<{
      readonly rules: ReadonlyArray<{
        readonly name: string;
        readonly state: RuleState['state'];
        readonly health: string;
        readonly lastError?: string;
        readonly alerts?: ReadonlyArray<{
          readonly state: string;
          readonly annotations: Readonly<Record<string, string>>;
        }>;
      }>;
    }>;
  };
}

/** The rules of a Grafana by their titles. */
export async function ruleStates(grafanaUrl: string): Promise<Map<string, RuleState>> {
  const response = await fetch(`${grafanaUrl}/api/prometheus/grafana/api/v1/rules`);
  if (!response.ok) {
    throw new Error(`Grafana answers ${response.status}: ${await response.text()}`);
  }
  const { data } = (await response.json()) as Answer;
  return new Map(
    data.groups
      .flatMap(({ rules }) => rules)
      .map(({ name, state, health, lastError, alerts = [] }) => {
        const loud = alerts.filter((alert) => !alert.state.startsWith('Normal'));
        const text = (annotation: string) => loud.map(({ annotations }) => annotations[annotation] ?? '');
        return [
          name,
          {
            state,
            health,
            ...(lastError !== undefined && { lastError }),
            summaries: text('summary'),
            links: text('flows'),
          },
        ] as const;
      })
  );
}
