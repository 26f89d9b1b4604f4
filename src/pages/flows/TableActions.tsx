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

/** What can be done with the table: density, columns, views, export, Explore. */
export const TableActions = memo(function TableActions({ model }: { model: FlowsView }) {
  const { table, shown, query, subject, total } = model.useState();
  const { columns, density, sort } = table.useState();
  const { value: range } = sceneGraph.getTimeRange(model).useState();
  const { search } = useLocation();
  const [dialog, setDialog] = useState<'columns' | 'export'>();
  const exploreHref = useMemo(
    () => (query === undefined ? undefined : exploreUrl(model.dataSourceUid(), query, range.raw)),
    [model, query, range]
  );
  const { quick } = model.state.filters.useState();
  const alertSubjects = useMemo(
    () => (subject === undefined ? undefined : [tableSubject(subject, quick, search)]),
    [subject, quick, search]
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
      <ViewsMenu
        page="flows"
        search={search}
        parameters={VIEW_PARAMETERS}
        canAdmin={mayChangeSettings()}
        onApply={openView}
      />
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
      {alertSubjects !== undefined && <CreateAlert uid={model.dataSourceUid()} subjects={alertSubjects} />}
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
