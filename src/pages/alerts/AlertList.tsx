import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, TextLink, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import type { FlowRule } from '../../data/alerts/flowRules';
import { Ago } from './Ago';
import { flowsUrl } from './flowsUrl';
import { StateTag } from './StateTag';

interface Props {
  rule: FlowRule;
  timeZone: string;
  /** Where Grafana shows all alerts of the rule. */
  ruleUrl: string;
}

/** Alerts that are shown unless more are asked for. */
const FIRST = 5;

/** The alerts of a rule that are not Normal: what each is about, since when, and its flows; nothing where there are none. */
export function AlertList({ rule, timeZone, ruleUrl }: Props) {
  const styles = useStyles2(getStyles);
  const [all, setAll] = useState(false);
  const { alerts, alertCount, name } = rule;
  if (alerts.length === 0) {
    return null;
  }
  const shown = all ? alerts : alerts.slice(0, FIRST);
  return (
    <div>
      <ul className={styles.list} aria-label={`Alerts of ${name}`}>
        {shown.map(({ id, state, summary, sinceMs, flows }) => (
          <li key={id} className={styles.alert} data-testid={testIds.alerts.alert}>
            <StateTag state={state} />
            <span className={styles.summary}>{summary}</span>
            {sinceMs !== undefined && (
              <span className={styles.since}>
                since <Ago ms={sinceMs} timeZone={timeZone} />
              </span>
            )}
            {flows !== undefined && (
              <TextLink href={flowsUrl(flows)} aria-label={`Flows of: ${summary}`} variant="bodySmall">
                Show flows
              </TextLink>
            )}
          </li>
        ))}
      </ul>
      {alerts.length > FIRST && (
        <Button variant="secondary" fill="text" size="sm" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${alerts.length}`}
        </Button>
      )}
      {alertCount > alerts.length && (
        <TextLink href={ruleUrl} variant="bodySmall">
          {`${(alertCount - alerts.length).toLocaleString('en')} more in Grafana’s alerting`}
        </TextLink>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0 }),
  alert: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: theme.spacing(1),
    padding: theme.spacing(0.5, 0),
    borderTop: `1px solid ${theme.colors.border.weak}`,
  }),
  summary: css({ flex: '1 1 300px', minWidth: 0, overflowWrap: 'anywhere' }),
  since: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
