import React from 'react';
import { css } from '@emotion/css';
import { locationUtil, type GrafanaTheme2 } from '@grafana/data';
import { sceneGraph, type SceneComponentProps } from '@grafana/scenes';
import { Icon, Input, LinkButton, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { getPageStyles } from '../../components/page/pageStyles';
import { testIds } from '../../components/testIds';
import { alertsAccess } from '../../data/alerts/access';
import { matchingRules, RULE_STATES, type FlowRule, type RuleStateName } from '../../data/alerts/flowRules';
import { NoMatch, NoRules, RulesError } from './AlertsNotice';
import type { AlertsView } from './AlertsView';
import { RuleCard } from './RuleCard';
import { STATE_LOOKS } from './stateLooks';

/** States that are offered though no rule is in them, so that the choice does not move about. */
const ALWAYS: readonly RuleStateName[] = ['firing', 'pending', 'normal'];
/** Cards that stand in for those to come. */
const BONES = [1, 2, 3] as const;

type Choice = RuleStateName | 'all';

function choices(rules: readonly FlowRule[], chosen: RuleStateName | undefined) {
  const states = RULE_STATES.flatMap((name) => {
    const count = rules.filter(({ state }) => state === name).length;
    const isOffered = count > 0 || name === chosen || ALWAYS.includes(name);
    return isOffered ? [{ value: name as Choice, label: `${STATE_LOOKS[name].title} (${count})` }] : [];
  });
  return [{ value: 'all' as Choice, label: `All (${rules.length})` }, ...states];
}

/** Which rules are shown. */
function RuleFilters({ model, rules }: { model: AlertsView; rules: readonly FlowRule[] }) {
  const styles = useStyles2(getStyles);
  const { stateName, search } = model.useState();
  return (
    <div className={styles.filters}>
      <div data-testid={testIds.alerts.states}>
        <RadioButtonGroup<Choice>
          aria-label="State"
          options={choices(rules, stateName)}
          value={stateName ?? 'all'}
          onChange={(value) => model.filter({ stateName: value === 'all' ? undefined : value })}
        />
      </div>
      <div className={styles.search}>
        <Input
          value={search}
          prefix={<Icon name="search" />}
          placeholder="Name, severity, or what an alert says"
          aria-label="Search rules"
          onChange={(event) => model.filter({ search: event.currentTarget.value })}
          data-testid={testIds.alerts.search}
        />
      </div>
    </div>
  );
}

/** The rules, what stands in for them, or why there are none. */
function Rules({ model }: { model: AlertsView }) {
  const styles = useStyles2(getStyles);
  const { rules, error, stateName, search } = model.useState();
  const timeZone = sceneGraph.getTimeRange(model).getTimeZone();
  const { edit, createProblem } = alertsAccess();
  if (rules === undefined) {
    return error !== undefined ? null : (
      <div role="progressbar" aria-label="Loading rules" className={styles.list} data-testid={testIds.alerts.loading}>
        {BONES.map((bone) => (
          <div key={bone} className={styles.bone} />
        ))}
      </div>
    );
  }
  if (rules.length === 0) {
    return <NoRules createProblem={createProblem} />;
  }
  const shown = matchingRules(rules, { state: stateName, text: search });
  return (
    <>
      <RuleFilters model={model} rules={rules} />
      {shown.length === 0 ? (
        <NoMatch onClear={() => model.filter({ stateName: undefined, search: '' })} />
      ) : (
        <ul className={styles.list} aria-label="Alert rules on flows">
          {shown.map((rule) => (
            <li key={rule.uid}>
              <RuleCard rule={rule} canEdit={edit} timeZone={timeZone} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** The Alerts page. */
export function AlertsViewComponent({ model }: SceneComponentProps<AlertsView>) {
  const page = useStyles2(getPageStyles);
  const { controls, error, loading } = model.useState();
  return (
    <div className={page.page} data-testid={testIds.alerts.page} aria-busy={loading}>
      <header className={page.header}>
        <h1 className={page.heading}>Alerts</h1>
        <LinkButton variant="secondary" icon="list-ul" href={locationUtil.assureBaseUrl('/alerting/list')}>
          All rules in Grafana
        </LinkButton>
        {controls.map((control) => (
          <control.Component key={control.state.key} model={control} />
        ))}
      </header>
      {error !== undefined && <RulesError error={error} onRetry={() => model.retry()} />}
      <Rules model={model} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  filters: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  search: css({ flex: '1 1 240px', maxWidth: 420 }),
  list: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), listStyle: 'none', margin: 0 }),
  bone: css({
    height: 74,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
  }),
});
