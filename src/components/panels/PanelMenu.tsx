import React from 'react';
import { AppEvents } from '@grafana/data';
import { getAppEvents } from '@grafana/runtime';
import { Button, Dropdown, Menu } from '@grafana/ui';
import { testIds } from '../testIds';

/** Ways to take a panel along; those that are left out are not offered. */
export interface PanelTakeaways {
  onPng?(): Promise<void>;
  onCsv?(): Promise<void>;
  onDashboard?(): void;
  /** Why the panel cannot be added to a dashboard, in words. */
  dashboardProblem?: string;
}

interface Props extends PanelTakeaways {
  /** The question that the panel answers. */
  title: string;
}

/** Runs a task; what goes wrong is told as Grafana tells it. */
function telling(what: string, task: () => Promise<void>): () => void {
  return () => {
    task().catch((error: unknown) =>
      getAppEvents().publish({
        type: AppEvents.alertError.name,
        payload: [what, error instanceof Error ? error.message : String(error)],
      })
    );
  };
}

/** What can be done with a panel besides looking at it. */
export function PanelMenu({ title, onPng, onCsv, onDashboard, dashboardProblem }: Props) {
  const menu = (
    <Menu ariaLabel={`More for “${title}”`}>
      {(onDashboard !== undefined || dashboardProblem !== undefined) && (
        <Menu.Item
          label="Add to dashboard"
          icon="apps"
          disabled={dashboardProblem !== undefined}
          description={dashboardProblem}
          onClick={onDashboard}
        />
      )}
      {onPng !== undefined && (
        <Menu.Item label="Save as PNG" icon="camera" onClick={telling('The picture could not be saved', onPng)} />
      )}
      {onCsv !== undefined && (
        <Menu.Item
          label="Save rows as CSV"
          icon="download-alt"
          onClick={telling('The rows could not be saved', onCsv)}
        />
      )}
    </Menu>
  );
  return (
    <Dropdown overlay={menu} placement="bottom-end">
      <Button
        variant="secondary"
        fill="text"
        size="sm"
        icon="ellipsis-v"
        aria-label={`More for “${title}”`}
        tooltip="Add to dashboard, PNG, CSV"
        data-testid={testIds.overview.more}
      />
    </Dropdown>
  );
}
