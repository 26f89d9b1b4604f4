import React, { useCallback, useEffect, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { locationUtil, urlUtil, type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, FieldSet, InteractiveTable, LinkButton, useStyles2, type Column } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import { collectorReports, REPORTS_MS, type CollectorReports, type ExporterReport } from '../../data/collectorReports';
import { spanInWords } from '../../data/connectionTest';
import { explainError, type ExplainedError } from '../../data/lokiErrors';

/** A clock that is less off than this is right: most exporters tell whole seconds. */
const RIGHT_MS = 2000;
const MINUTES = REPORTS_MS / 60_000;
const HEALTH_DASHBOARD = '/d/netobserv-collector-health';

/** Address of the dashboard of collectors, over a data source where one is chosen. */
function healthUrl(uid: string | undefined): string {
  return locationUtil.assureBaseUrl(urlUtil.renderUrl(HEALTH_DASHBOARD, uid ? { 'var-datasource': uid } : {}));
}

/** An exporter in words, a property each column. */
interface Row {
  readonly id: string;
  readonly exporter: string;
  readonly protocols: string;
  readonly seen: string;
  readonly rate: string;
  readonly sampling: string;
  readonly clock: string;
  readonly lost: string;
  readonly collector: string;
}

const COLUMNS: Array<Column<Row>> = [
  { id: 'exporter', header: 'Exporter', sortType: 'alphanumeric' },
  { id: 'protocols', header: 'Sends', sortType: 'alphanumeric' },
  { id: 'seen', header: 'Last seen' },
  { id: 'rate', header: 'Flows/s', sortType: 'number' },
  { id: 'sampling', header: 'Sampling' },
  { id: 'clock', header: 'Clock' },
  { id: 'lost', header: `Lost in ${MINUTES} minutes` },
  { id: 'collector', header: 'Collector', sortType: 'alphanumeric' },
];

function clockInWords(skewMs: number | undefined): string {
  if (skewMs === undefined) {
    return '–';
  }
  return Math.abs(skewMs) < RIGHT_MS ? 'right' : `${spanInWords(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead' : 'behind'}`;
}

/** What is known of an exporter, in words. */
export function exporterRow(one: ExporterReport, nowMs: number): Row {
  return {
    id: JSON.stringify([one.collector, one.address]),
    exporter: one.name === undefined ? one.address : `${one.name} (${one.address})`,
    protocols: one.protocols.join(', ') || '–',
    seen: one.lastSeenMs === undefined ? '–' : `${spanInWords(Math.max(0, nowMs - one.lastSeenMs))} ago`,
    rate: one.flowsPerSecond.toLocaleString('en', { maximumFractionDigits: 1 }),
    sampling: one.sampling === undefined ? '–' : one.sampling > 1 ? `1 in ${one.sampling.toLocaleString('en')}` : 'all',
    clock: clockInWords(one.clockSkewMs),
    lost: one.lost.map(({ reason, count }) => `${count.toLocaleString('en')} ${reason}`).join(', ') || 'nothing',
    collector: one.collector,
  };
}

/** An answer, and what was asked: a later question has none yet. */
type Answer = { readonly asked: string } & (
  | { readonly state: 'asking' }
  | { readonly state: 'failed'; readonly error: ExplainedError }
  | { readonly state: 'answered'; readonly reports: CollectorReports; readonly atMs: number }
);

function Reports({ reports, atMs }: { reports: CollectorReports; atMs: number }) {
  const rows = useMemo(() => reports.exporters.map((one) => exporterRow(one, atMs)), [reports, atMs]);
  if (reports.collectors.length === 0) {
    return (
      <Alert severity="info" title={`No collector has reported in the last ${MINUTES} minutes`}>
        Collectors report to Loki once a minute unless `report.enabled` is off. Look at its log and at `collector
        status`; flows that NetObserv itself wrote need none.
      </Alert>
    );
  }
  if (rows.length === 0) {
    return (
      <Alert severity="warning" title="Nothing has been sent to the collector">
        {reports.collectors.join(', ')} is running, and no exporter has sent to it since. Point exporters at its UDP
        port 2055, 4739 or 6343, and look whether a firewall lies between.
      </Alert>
    );
  }
  return (
    <>
      <InteractiveTable columns={COLUMNS} data={rows} getRowId={({ id }) => id} pageSize={20} />
      {!reports.complete && <p>There are more reports than were read: losses may be larger.</p>}
    </>
  );
}

/** Which exporters send to the collectors, and how they do, as collectors report it to Loki. */
export function ExportersSection({ uid }: { uid: string | undefined }) {
  const styles = useStyles2(getStyles);
  const [round, setRound] = useState(0);
  const asked = `${round} ${uid}`;
  const [last, setLast] = useState<Answer>({ state: 'asking', asked });
  const answer: Answer = last.asked === asked ? last : { state: 'asking', asked };
  useEffect(() => {
    if (uid === undefined || uid === '') {
      return;
    }
    let current = true;
    const atMs = Date.now();
    collectorReports(uid, atMs).then(
      (reports) => current && setLast({ asked, state: 'answered', reports, atMs }),
      (error: unknown) => current && setLast({ asked, state: 'failed', error: explainError(error) })
    );
    return () => {
      current = false;
    };
  }, [uid, asked]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return (
    <FieldSet label="Exporters" className={styles.section} data-testid={testIds.config.exporters}>
      {(uid === undefined || uid === '') && <p>Choose a data source above to see which exporters send flows.</p>}
      {uid !== undefined && uid !== '' && answer.state === 'asking' && <p role="status">Asking Loki…</p>}
      {answer.state === 'failed' && (
        <Alert severity="error" title={answer.error.title}>
          {answer.error.remedy}
        </Alert>
      )}
      {answer.state === 'answered' && <Reports reports={answer.reports} atMs={answer.atMs} />}
      <div className={styles.actions}>
        <Button type="button" variant="secondary" size="sm" icon="sync" disabled={uid === undefined} onClick={again}>
          Refresh exporters
        </Button>
        <LinkButton variant="secondary" fill="text" size="sm" href={healthUrl(uid)}>
          Collector health
        </LinkButton>
      </div>
    </FieldSet>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  section: css({ marginTop: theme.spacing(4), maxWidth: 1100 }),
  actions: css({ display: 'flex', gap: theme.spacing(1), marginTop: theme.spacing(1) }),
});
