import React, { lazy, memo, Suspense, useMemo, useState } from 'react';
import { sceneGraph } from '@grafana/scenes';
import { Button, LinkButton } from '@grafana/ui';
import { useLocation } from 'react-router-dom';
import { CreateAlert } from '../../components/alerts/CreateAlert';
import { DensityPicker } from '../../components/flowTable/DensityPicker';
import { testIds } from '../../components/testIds';
import { ViewsMenu } from '../../components/views/ViewsMenu';
import { appSettings, DEFAULT_EXPORT_CAP } from '../../data/appSettings';
import { exploreUrl } from '../../data/exploreUrl';
import { mayChangeSettings } from '../../data/saveSettings';
import { sortFlows } from '../../data/sortFlows';
import { tableSubject } from './alertSubject';
import type { FlowsView } from './FlowsView';
import { openView, VIEW_PARAMETERS } from './shareView';

const ManageColumns = lazy(() => import(/* webpackChunkName: "columns" */ '../../components/flowTable/ManageColumns'));
const ExportDialog = lazy(() => import(/* webpackChunkName: "export" */ '../../components/export/ExportDialog'));

/** Saved views. On its own, since it is drawn again for every change of the address. */
function Views() {
  const { search } = useLocation();
  return (
    <ViewsMenu
      page="flows"
      search={search}
      parameters={VIEW_PARAMETERS}
      canAdmin={mayChangeSettings()}
      onApply={openView}
    />
  );
}

/** A rule of what is shown. On its own for the same reason. */
function AlertOfFlows({ model }: { model: FlowsView }) {
  const { subject, filters } = model.useState();
  const { quick } = filters.useState();
  const { search } = useLocation();
  const subjects = useMemo(
    () => (subject === undefined ? undefined : [tableSubject(subject, quick, search)]),
    [subject, quick, search]
  );
  return subjects === undefined ? null : <CreateAlert uid={model.dataSourceUid()} subjects={subjects} />;
}

/** What can be done with the table: density, columns, views, export, alert, Explore. */
export const TableActions = memo(function TableActions({ model }: { model: FlowsView }) {
  const { table, shown, query, subject, total } = model.useState();
  const { columns, density, sort } = table.useState();
  const { value: range } = sceneGraph.getTimeRange(model).useState();
  const [dialog, setDialog] = useState<'columns' | 'export'>();
  const exploreHref = useMemo(
    () => (query === undefined ? undefined : exploreUrl(model.dataSourceUid(), query, range.raw)),
    [model, query, range]
  );
  const { rows } = shown.flows;
  const rowsKnown = shown.complete ? rows.length : undefined;
  const close = () => setDialog(undefined);

  return (
    <>
      <DensityPicker density={density} onChange={(next) => table.change({ density: next })} />
      <Button
        variant="secondary"
        icon="columns"
        size="sm"
        onClick={() => setDialog('columns')}
        data-testid={testIds.flows.columns}
      >
        Columns
      </Button>
      <Views />
      <Button
        variant="secondary"
        icon="download-alt"
        size="sm"
        disabled={rows.length === 0}
        onClick={() => setDialog('export')}
        data-testid={testIds.flows.export}
      >
        Export
      </Button>
      <AlertOfFlows model={model} />
      {exploreHref !== undefined && (
        <LinkButton variant="secondary" icon="compass" size="sm" href={exploreHref} target="_blank">
          Explore
        </LinkButton>
      )}
      <Suspense fallback={null}>
        {dialog === 'columns' && (
          <ManageColumns columns={columns} onChange={(next) => table.change({ columns: next })} onClose={close} />
        )}
        {dialog === 'export' && subject !== undefined && (
          <ExportDialog
            rows={sortFlows(rows, sort)}
            columns={columns}
            request={{ uid: model.dataSourceUid(), range, request: subject }}
            total={total === undefined || total.kind === 'unknown' ? rowsKnown : total.count}
            cap={appSettings().exportCap ?? DEFAULT_EXPORT_CAP}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  );
});
