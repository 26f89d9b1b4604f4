import React from 'react';
import { Alert } from '@grafana/ui';
import type { ExportResult } from '../../data/export/exportFlows';
import { ConfigurationLink } from '../configuration/ConfigurationLink';
import { testIds } from '../testIds';
import type { ExportState } from './useExport';

const count = (number: number, one: string) => `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`;

function Done({ result, fileName }: { result: ExportResult; fileName: string }) {
  const { written, skipped, capped } = result;
  return (
    <Alert
      severity={capped ? 'warning' : 'success'}
      title={capped ? 'Exported as far as the cap allows' : 'Exported'}
      data-testid={testIds.export.outcome}
    >
      <p>
        {count(written, 'flow')} written, as {fileName} unless you chose another name.
        {skipped > 0 && ` ${count(skipped, 'line')} left out, not written as flows.`}
      </p>
      {capped && (
        <p>
          These are the newest; more flows match. Export a shorter time range or fewer flows at a time, or have an
          administrator raise the cap on the{' '}
          <ConfigurationLink otherwise="configuration page">configuration page</ConfigurationLink>.
        </p>
      )}
    </Alert>
  );
}

/** What an export came to, and what to do next. */
export function ExportOutcome({ state }: { state: ExportState }) {
  switch (state.state) {
    case 'done':
      return <Done result={state.result} fileName={state.fileName} />;
    case 'cancelled':
      return (
        <Alert severity="info" title="The export was cancelled" data-testid={testIds.export.outcome}>
          No file was written. Start again whenever you like.
        </Alert>
      );
    case 'failed':
      return (
        <Alert severity="error" title={state.error.title} data-testid={testIds.export.outcome}>
          <p>No file was written. {state.error.remedy}</p>
          {state.error.said !== undefined && <pre>{state.error.said}</pre>}
        </Alert>
      );
    default:
      return null;
  }
}
