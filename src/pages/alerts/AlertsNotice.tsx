import React from 'react';
import { css } from '@emotion/css';
import { locationUtil, type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, EmptyState, LinkButton, Stack, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import { PLUGIN_BASE_URL } from '../../constants';
import type { ExplainedError } from '../../data/lokiErrors';

/** Why the rules are not to be had; those of the last answer stay below it. */
export function RulesError({ error, onRetry }: { error: ExplainedError; onRetry(): void }) {
  return (
    // An alert grows to fill a column of a flex layout; the box keeps it as high as its text.
    <div>
      <Alert severity="error" bottomSpacing={0} title={error.title} data-testid={testIds.alerts.error}>
        <div>{error.remedy}</div>
        {error.said !== undefined && <pre>{error.said}</pre>}
        <Button variant="secondary" size="sm" onClick={onRetry}>
          Try again
        </Button>
      </Alert>
    </div>
  );
}

/** There are no rules: how to get some. */
export function NoRules({ createProblem }: { createProblem?: string }) {
  const styles = useStyles2(getStyles);
  const page = (name: string) => locationUtil.assureBaseUrl(`${PLUGIN_BASE_URL}/${name}`);
  return (
    <div data-testid={testIds.alerts.empty}>
      <EmptyState
        variant="not-found"
        hideImage
        message="There are no alert rules on flows yet"
        button={
          <Stack gap={1} wrap="wrap" justifyContent="center">
            <LinkButton href={page('overview')}>Overview</LinkButton>
            <LinkButton variant="secondary" href={page('flows')}>
              Flow table
            </LinkButton>
          </Stack>
        }
      >
        <ul className={styles.ways}>
          <li>
            {createProblem ??
              'Open a view that shows what you want to be told of, and choose ‘Create alert’ (the bell of a panel, or the button above the flow table).'}
          </li>
          <li>
            Or provision the nine rules that come with the project: copy{' '}
            <code>provisioning/alerting/network-observability.yaml</code> to the <code>alerting</code> folder of
            Grafana’s provisioning, and restart Grafana.
          </li>
          <li>
            A rule of your own appears here when it has the label <code>app=netobserv-flows</code>.
          </li>
        </ul>
      </EmptyState>
    </div>
  );
}

/** There are rules, and none that is asked for. */
export function NoMatch({ onClear }: { onClear(): void }) {
  return (
    <div data-testid={testIds.alerts.none}>
      <EmptyState
        variant="not-found"
        hideImage
        message="No rule is like that"
        button={<Button onClick={onClear}>Show all rules</Button>}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  ways: css({ maxWidth: 640, margin: '0 auto', textAlign: 'left', li: { marginBottom: theme.spacing(1) } }),
});
