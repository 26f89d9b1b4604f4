import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, LinkButton, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import { ruleUrls } from '../../data/alerts/createAlert';
import type { FlowRule } from '../../data/alerts/flowRules';
import { AlertList } from './AlertList';
import { flowsUrl } from './flowsUrl';
import { StateTag } from './StateTag';
import { Ago } from './Ago';

interface Props {
  rule: FlowRule;
  /** Whether the person may edit rules. */
  canEdit: boolean;
  /** Of the page: `utc`, `browser`, or a name. */
  timeZone: string;
}

function every(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${Math.round(ms / 1000)} s`;
}

/** When the state began, when it was last looked at, and where the rule is kept. */
function Facts({ rule, timeZone }: Pick<Props, 'rule' | 'timeZone'>) {
  const styles = useStyles2(getStyles);
  const { sinceMs, evaluatedMs, everyMs, folder, group, provisioned, alertCount } = rule;
  return (
    <div className={styles.facts}>
      {alertCount > 0 && (
        <span>
          {alertCount.toLocaleString('en')} {alertCount === 1 ? 'alert' : 'alerts'}
        </span>
      )}
      {sinceMs !== undefined && (
        <span>
          since <Ago ms={sinceMs} timeZone={timeZone} />
        </span>
      )}
      <span>
        {evaluatedMs === undefined ? (
          'not evaluated yet'
        ) : (
          <>
            evaluated <Ago ms={evaluatedMs} timeZone={timeZone} />
          </>
        )}
        {everyMs > 0 && `, every ${every(everyMs)}`}
      </span>
      <span>
        {folder} / {group}
      </span>
      {provisioned && <span>provisioned</span>}
    </div>
  );
}

/** What the rule means, what to do, and what it asks. */
function Details({ rule, id }: { rule: FlowRule; id: string }) {
  const styles = useStyles2(getStyles);
  const { description, runbook, query } = rule;
  return (
    <dl id={id} className={styles.details} data-testid={testIds.alerts.details}>
      {description !== undefined && (
        <>
          <dt>What it means</dt>
          <dd>{description}</dd>
        </>
      )}
      {runbook !== undefined && (
        <>
          <dt>What to do</dt>
          <dd>{runbook}</dd>
        </>
      )}
      {query !== '' && (
        <>
          <dt>Query</dt>
          <dd>
            {/* Focusable, so that the keyboard can scroll it. */}
            <pre className={styles.query} tabIndex={0} aria-label={`Query of ${rule.name}`}>
              {query}
            </pre>
          </dd>
        </>
      )}
    </dl>
  );
}

/** One rule: how it stands, its alerts, and ways on. */
export function RuleCard({ rule, canEdit, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  const [isOpen, setOpen] = useState(false);
  const { uid, name, state, severity, error, provisioned, flows } = rule;
  const urls = ruleUrls(uid);
  const detailsId = `alert-rule-details-${uid}`;
  return (
    <article
      className={styles.card}
      aria-labelledby={`alert-rule-${uid}`}
      data-testid={testIds.alerts.rule}
      data-state={state}
    >
      <header className={styles.header}>
        <StateTag state={state} />
        <h2 id={`alert-rule-${uid}`} className={styles.name}>
          {name}
        </h2>
        {severity !== undefined && <Badge text={severity} color={severity === 'critical' ? 'orange' : 'blue'} />}
        <div className={styles.actions}>
          <Button
            variant="secondary"
            fill="text"
            size="sm"
            icon={isOpen ? 'angle-up' : 'angle-down'}
            aria-expanded={isOpen}
            aria-controls={detailsId}
            aria-label={`What ${name} means, and what to do`}
            onClick={() => setOpen(!isOpen)}
          >
            What to do
          </Button>
          {flows !== undefined && (
            <LinkButton
              variant="secondary"
              fill="text"
              size="sm"
              icon="table"
              href={flowsUrl(flows)}
              aria-label={`Flows that ${name} looks at`}
            >
              Flows
            </LinkButton>
          )}
          <LinkButton
            variant="secondary"
            fill="text"
            size="sm"
            icon="eye"
            href={urls.view}
            aria-label={`View the rule ${name}`}
          >
            Rule
          </LinkButton>
          {canEdit && !provisioned && (
            <LinkButton
              variant="secondary"
              fill="text"
              size="sm"
              icon="pen"
              href={urls.edit}
              aria-label={`Edit the rule ${name}`}
            >
              Edit
            </LinkButton>
          )}
        </div>
      </header>
      <Facts rule={rule} timeZone={timeZone} />
      {error !== undefined && (
        <div className={styles.error}>
          The last evaluation failed: <code className={styles.said}>{error}</code>
        </div>
      )}
      <AlertList rule={rule} timeZone={timeZone} ruleUrl={urls.view} />
      {isOpen && <Details rule={rule} id={detailsId} />}
    </article>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    minWidth: 0,
    padding: theme.spacing(1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  header: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  name: css({ ...theme.typography.h6, margin: 0, overflowWrap: 'anywhere', minWidth: 0 }),
  actions: css({ display: 'flex', flexWrap: 'wrap', marginLeft: 'auto' }),
  facts: css({
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: theme.spacing(2),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  error: css({ color: theme.colors.error.text, overflowWrap: 'anywhere' }),
  said: css({ whiteSpace: 'pre-wrap' }),
  details: css({
    margin: 0,
    maxWidth: 1000,
    dt: { color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize },
    dd: { marginBottom: theme.spacing(1), overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' },
  }),
  query: css({ margin: 0, maxHeight: 200, overflow: 'auto', whiteSpace: 'pre-wrap' }),
});
