import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import type { Finding, Step } from '../../data/connectionTest';

const TITLES: Readonly<Record<Step, string>> = {
  dataSource: 'Data source',
  labels: 'Labels of flows',
  flows: 'Recent flows',
};

const LOOKS: Readonly<Record<Finding['state'], readonly [icon: IconName, word: string]>> = {
  ok: ['check-circle', 'There'],
  odd: ['exclamation-triangle', 'Not right'],
  missing: ['exclamation-triangle', 'Missing'],
  unknown: ['question-circle', 'Not tested'],
};

/** What the connection test found, part by part, with remedies. */
export function Findings({ findings }: { findings: readonly Finding[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ul
      className={styles.list}
      aria-label="What the test found"
      aria-live="polite"
      data-testid={testIds.config.results}
    >
      {findings.map(({ step, state, message, remedy, said }) => {
        const [icon, word] = LOOKS[state];
        return (
          <li key={step} className={styles.item} data-step={step} data-state={state}>
            <Icon name={icon} size="lg" className={styles[state]} />
            <div>
              <strong>
                {TITLES[step]}: {word.toLowerCase()}
              </strong>
              <div>{message}</div>
              {remedy !== undefined && <div className={styles.remedy}>{remedy}</div>}
              {said !== undefined && <pre className={styles.said}>{said}</pre>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ margin: theme.spacing(3, 0, 0), padding: 0, listStyle: 'none' }),
  item: css({
    display: 'flex',
    gap: theme.spacing(1.5),
    padding: theme.spacing(1.5, 0),
    borderTop: `1px solid ${theme.colors.border.weak}`,
  }),
  remedy: css({ marginTop: theme.spacing(0.5), color: theme.colors.text.secondary }),
  said: css({ margin: theme.spacing(1, 0, 0), whiteSpace: 'pre-wrap' }),
  ok: css({ color: theme.colors.success.text }),
  odd: css({ color: theme.colors.warning.text }),
  missing: css({ color: theme.colors.error.text }),
  unknown: css({ color: theme.colors.text.secondary }),
});
