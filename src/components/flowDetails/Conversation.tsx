import React, { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import type { TimeZone } from '@grafana/schema';
import { Alert, Button, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import type { Conversation as Known } from '../../data/conversation';
import type { FlowRow } from '../../data/flowRow';
import { explainError, isAbort, type ExplainedError } from '../../data/lokiErrors';
import { formatBytes, formatCount, type ConversationTotals, type RecordSource } from '../../flow';
import { testIds } from '../testIds';
import { describeFlow, endWithPort } from './describeFlow';

interface Props {
  row: FlowRow;
  /** Whose collector wrote it; ours where left out. */
  recordSource?: RecordSource;
  timeZone: TimeZone;
  /** Asks Loki; must be the same function until it would ask something else. */
  load(row: FlowRow, signal: AbortSignal): Promise<Known | undefined>;
  /** Opens the reverse flow. */
  onOpen(row: FlowRow): void;
  /** Shows the flows of the conversation in the table. */
  onShowAll(): void;
}

type Answer = { id: string } & ({ known: Known | undefined } | { error: ExplainedError });

/** Moving through flows by arrow keys asks for the conversation of the one at which a person stays. */
const WAIT_MS = 250;

function useConversation(row: FlowRow, load: Props['load']): { answer?: Answer; again(): void } {
  const [answer, setAnswer] = useState<Answer>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      load(row, stop.signal).then(
        (known) => !stop.signal.aborted && setAnswer({ id: row.id, known }),
        (error: unknown) =>
          !stop.signal.aborted && !isAbort(error) && setAnswer({ id: row.id, error: explainError(error) })
      );
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [row, load, attempt]);
  return {
    answer: answer?.id === row.id ? answer : undefined,
    again: () => {
      setAnswer(undefined);
      setAttempt(attempt + 1);
    },
  };
}

function Line({ title, there, back, total }: Record<'title' | 'there' | 'back' | 'total', string>) {
  const styles = useStyles2(getStyles);
  return (
    <tr>
      <th scope="row" className={styles.name}>
        {title}
      </th>
      <td className={styles.figure}>{there}</td>
      <td className={styles.figure}>{back}</td>
      <td className={styles.figure}>{total}</td>
    </tr>
  );
}

function Totals({ there, back }: { there: ConversationTotals; back: ConversationTotals }) {
  const styles = useStyles2(getStyles);
  const line = (title: string, of: (total: ConversationTotals) => number, format: (value: number) => string) => (
    <Line title={title} there={format(of(there))} back={format(of(back))} total={format(of(there) + of(back))} />
  );
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <td />
          <th scope="col" className={styles.figure}>
            This way
          </th>
          <th scope="col" className={styles.figure}>
            Back
          </th>
          <th scope="col" className={styles.figure}>
            Both
          </th>
        </tr>
      </thead>
      <tbody>
        {line('Bytes', ({ bytes }) => bytes, formatBytes)}
        {line('Packets', ({ packets }) => packets, formatCount)}
        {line('Flows', ({ flows }) => flows, formatCount)}
      </tbody>
    </table>
  );
}

/** What the two ends of a flow exchanged in the time range, and the flow that answers this one. */
export function Conversation({ row, recordSource, timeZone, load, onOpen, onShowAll }: Props) {
  const styles = useStyles2(getStyles);
  const { answer, again } = useConversation(row, load);
  if (answer === undefined) {
    return <LoadingPlaceholder text="Adding up the conversation…" />;
  }
  if ('error' in answer) {
    return (
      <Alert severity="error" title={answer.error.title} topSpacing={2}>
        <div>{answer.error.remedy}</div>
        <Button variant="secondary" size="sm" onClick={again}>
          Try again
        </Button>
      </Alert>
    );
  }
  const { known } = answer;
  if (known === undefined) {
    return <p className={styles.note}>This flow names no two ends, so it is part of no conversation.</p>;
  }
  const time = (ms: number | undefined) => (ms === undefined ? '—' : dateTimeFormat(ms, { timeZone }));
  const { reverse } = known;
  return (
    <div className={styles.box} data-testid={testIds.details.conversation}>
      <p className={styles.note}>All flows of the time range between these two ends, both ways, duplicates left out.</p>
      <Totals there={known.there} back={known.back} />
      <p className={styles.note}>
        First seen {time(known.firstMs)}, last seen {time(known.lastMs)}.
      </p>
      <h3 className={styles.heading}>The reverse flow</h3>
      {reverse === undefined ? (
        <p className={styles.note}>None in the time range: nothing came back, or no exporter saw it.</p>
      ) : (
        <>
          <div className={styles.ends}>
            {endWithPort(reverse.flow, 'Src')} → {endWithPort(reverse.flow, 'Dst')}
          </div>
          <p className={styles.note}>{describeFlow(reverse.flow, recordSource)}</p>
        </>
      )}
      <div className={styles.buttons}>
        {reverse !== undefined && (
          <Button variant="secondary" size="sm" icon="exchange-alt" onClick={() => onOpen(reverse)}>
            Open the reverse flow
          </Button>
        )}
        <Button variant="secondary" size="sm" icon="filter" onClick={onShowAll}>
          Show the conversation’s flows
        </Button>
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ paddingTop: theme.spacing(1) }),
  note: css({ color: theme.colors.text.secondary, margin: theme.spacing(1, 0) }),
  heading: css({ ...theme.typography.h6, margin: theme.spacing(2, 0, 0.5) }),
  ends: css({ overflowWrap: 'anywhere' }),
  table: css({ width: '100%', fontVariantNumeric: 'tabular-nums', '& td, & th': { padding: theme.spacing(0.5) } }),
  name: css({ fontWeight: theme.typography.fontWeightRegular, color: theme.colors.text.secondary }),
  figure: css({ textAlign: 'right' }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
});
