import React, { useEffect, useRef, useState } from 'react';
import type { RawTimeRange } from '@grafana/data';
import { Alert, Button, Combobox, Field, Modal, RadioButtonGroup, type ComboboxOption } from '@grafana/ui';
import { dashboardsAccess } from '../../data/dashboards/access';
import { findDashboards, openWithPanels, panelsFor } from '../../data/dashboards/addToDashboard';
import type { PanelSubject } from '../../data/dashboards/panelSubject';
import { explainError } from '../../data/lokiErrors';
import { testIds } from '../testIds';

interface Props {
  /** Uid of the Loki data source. */
  uid: string;
  /** What becomes a panel each. */
  subjects: readonly PanelSubject[];
  /** The page's time range, which a new dashboard takes. */
  range: RawTimeRange;
  onClose(): void;
}

type Target = 'new' | 'existing';

const TARGETS: Array<{ value: Target; label: string }> = [
  { value: 'new', label: 'New dashboard' },
  { value: 'existing', label: 'Existing dashboard' },
];

function wordsFor(error: unknown): string {
  const { title, remedy, said } = explainError(error);
  return [title, remedy, said].filter((text) => text !== undefined && text !== '').join(' ');
}

/** Tells whether the dialog is still there. */
function useOpen(): () => boolean {
  const open = useRef(false);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  return () => open.current;
}

/** Asks which dashboard a panel goes to, and opens it with the panel added. */
export default function AddToDashboard({ uid, subjects, range, onClose }: Props) {
  const { create, write } = dashboardsAccess();
  const [target, setTarget] = useState<Target>(create ? 'new' : 'existing');
  const [dashboard, setDashboard] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const isOpen = useOpen();

  const find = async (typed: string): Promise<Array<ComboboxOption<string>>> => {
    try {
      const found = await findDashboards(typed);
      return found.map(({ uid: value, title, folder }) => ({ value, label: title, description: folder }));
    } catch (error) {
      setProblem(wordsFor(error));
      return [];
    }
  };
  const open = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const panels = await panelsFor(uid, subjects, Date.now());
      // Whoever closed the dialog meanwhile stays where they are.
      if (isOpen()) {
        openWithPanels(panels, range, target === 'existing' ? dashboard : undefined);
        onClose();
      }
    } catch (error) {
      setProblem(wordsFor(error));
      setBusy(false);
    }
  };
  const targets = TARGETS.filter(({ value }) => (value === 'new' ? create : write));
  return (
    <Modal isOpen title="Add to dashboard" onDismiss={onClose}>
      <div data-testid={testIds.dashboards.dialog}>
        <p>
          {subjects.length === 1 ? 'A panel' : `${subjects.length} panels`} with the page’s filters that follow the
          dashboard’s time range. The dashboard opens with what was added not saved yet: save it there.
        </p>
        {targets.length > 1 && (
          <Field label="Where to">
            <RadioButtonGroup aria-label="Where to" options={targets} value={target} onChange={setTarget} />
          </Field>
        )}
        {target === 'existing' && (
          <Field label="Dashboard" htmlFor="add-to-dashboard">
            <Combobox<string>
              id="add-to-dashboard"
              options={find}
              value={dashboard ?? null}
              placeholder="Choose a dashboard"
              onChange={({ value }) => setDashboard(value)}
              data-testid={testIds.dashboards.existing}
            />
          </Field>
        )}
        {problem !== undefined && (
          <Alert severity="error" title="It could not be added" data-testid={testIds.dashboards.problem}>
            {problem}
          </Alert>
        )}
        <Modal.ButtonRow>
          <Button variant="secondary" fill="outline" onClick={onClose}>
            Cancel
          </Button>
          <Button
            icon={busy ? 'spinner' : undefined}
            disabled={busy || (target === 'existing' && dashboard === undefined)}
            onClick={() => void open()}
            data-testid={testIds.dashboards.open}
          >
            Open dashboard
          </Button>
        </Modal.ButtonRow>
      </div>
    </Modal>
  );
}
