import React, { useState } from 'react';
import { AppEvents } from '@grafana/data';
import { getAppEvents, locationService } from '@grafana/runtime';
import { Button, Dropdown, Menu } from '@grafana/ui';
import { alertsAccess } from '../../data/alerts/access';
import type { AlertSubject } from '../../data/alerts/alertSubject';
import { alertDefaults, ruleEditorUrl } from '../../data/alerts/createAlert';
import { explainError } from '../../data/lokiErrors';
import { testIds } from '../testIds';

interface Props {
  /** Uid of the Loki data source. */
  uid: string;
  /** What can be watched; where there are several, a menu asks for one. */
  subjects: readonly AlertSubject[];
  /** What it is made from: `Which pods have the most traffic?`. Where given, there is only room for an icon. */
  of?: string;
}

/** Opens Grafana's rule editor for a subject; what goes wrong is told as Grafana tells it. */
async function openEditor(uid: string, subject: AlertSubject): Promise<void> {
  const { pathname, search } = locationService.getLocation();
  try {
    const defaults = await alertDefaults(uid, subject, Date.now());
    // Whoever went elsewhere meanwhile stays there.
    if (locationService.getLocation().pathname === pathname) {
      locationService.push(ruleEditorUrl(defaults, `${pathname}${search}`));
    }
  } catch (error) {
    const { title, remedy, said } = explainError(error);
    getAppEvents().publish({
      type: AppEvents.alertError.name,
      payload: [`No alert could be prepared: ${title}`, [remedy, said].filter(Boolean).join(' ')],
    });
  }
}

/** 'Create alert': makes of what a view shows a rule in Grafana's editor. */
export function CreateAlert({ uid, subjects, of }: Props) {
  const [busy, setBusy] = useState(false);
  const { createProblem } = alertsAccess();
  const [first] = subjects;
  if (first === undefined) {
    return null;
  }
  const open = (subject: AlertSubject) => {
    setBusy(true);
    void openEditor(uid, subject).finally(() => setBusy(false));
  };
  const several = subjects.length > 1;
  const button = (
    <Button
      variant="secondary"
      fill={of === undefined ? 'solid' : 'text'}
      size="sm"
      icon={busy ? 'spinner' : 'bell'}
      disabled={createProblem !== undefined || busy}
      tooltip={createProblem ?? (of === undefined ? 'Make an alert rule of what is shown' : 'Create alert')}
      aria-label={of === undefined ? undefined : `Create alert from “${of}”`}
      onClick={several ? undefined : () => open(first)}
      data-testid={testIds.alerts.create}
    >
      {of === undefined ? 'Create alert' : undefined}
    </Button>
  );
  if (!several || createProblem !== undefined || busy) {
    return button;
  }
  const menu = (
    <Menu ariaLabel="Create alert on">
      {subjects.map((subject) => (
        <Menu.Item key={subject.title} label={subject.title} icon="bell" onClick={() => open(subject)} />
      ))}
    </Menu>
  );
  return (
    <Dropdown overlay={menu} placement="bottom-end">
      {button}
    </Dropdown>
  );
}
