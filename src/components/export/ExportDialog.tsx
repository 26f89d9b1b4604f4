import React, { useEffect, useRef, useState } from 'react';
import { Button, Modal } from '@grafana/ui';
import { testIds } from '../testIds';
import { ExportForm } from './ExportForm';
import { ExportOutcome } from './ExportOutcome';
import { ExportProgressBar } from './ExportProgressBar';
import { useExport, type ExportChoice, type ExportSource, type ExportState } from './useExport';

/** What the export dialog gets from the page. */
export interface ExportDialogProps extends ExportSource {
  onClose(): void;
}

/** What a screen reader says of an export: each quarter, and how it ended; more would be talked over. */
function announcement(state: ExportState): string {
  if (state.state !== 'running') {
    return '';
  }
  const { loaded, of } = state.progress;
  const quarter = of === undefined || of === 0 ? 0 : Math.min(3, Math.floor((loaded / of) * 4));
  return quarter === 0 ? 'Exporting flows' : `Exported ${quarter * 25} percent`;
}

/** Asks what to export, exports it, and says what came of it. The default export, so that it can be loaded lazily. */
export default function ExportDialog({ onClose, ...source }: ExportDialogProps) {
  const { state, start, cancel, reset } = useExport(source);
  const [choice, setChoice] = useState<ExportChoice>({
    format: 'csv',
    columns: 'shown',
    rows: source.rows.length === 0 ? 'matching' : 'loaded',
  });
  const next = useRef<HTMLButtonElement>(null);
  const { state: stage } = state;

  // The button that had the focus is gone with its stage; without this, the keyboard would be outside the dialog.
  useEffect(() => next.current?.focus(), [stage]);

  const nothing = choice.rows === 'loaded' ? source.rows.length === 0 : source.request === undefined;
  return (
    <Modal title="Export flows" isOpen onDismiss={onClose} closeOnBackdropClick={stage !== 'running'}>
      <div data-testid={testIds.export.dialog}>
        {stage === 'idle' && <ExportForm source={source} choice={choice} onChange={setChoice} />}
        {state.state === 'running' && <ExportProgressBar progress={state.progress} />}
        <div aria-live="polite">
          <ExportOutcome state={state} />
        </div>
        {/* Grafana's own class for what only screen readers get. */}
        <div role="status" className="sr-only">
          {announcement(state)}
        </div>
      </div>
      <Modal.ButtonRow>
        {stage === 'idle' && (
          <>
            <Button variant="secondary" fill="outline" onClick={onClose}>
              Close
            </Button>
            <Button
              ref={next}
              icon="download-alt"
              disabled={nothing}
              onClick={() => void start(choice)}
              data-testid={testIds.export.start}
            >
              Export
            </Button>
          </>
        )}
        {stage === 'running' && (
          <Button ref={next} variant="secondary" onClick={cancel} data-testid={testIds.export.cancel}>
            Cancel
          </Button>
        )}
        {stage !== 'idle' && stage !== 'running' && (
          <>
            <Button variant="secondary" fill="outline" onClick={reset}>
              Export again
            </Button>
            <Button ref={next} onClick={onClose}>
              Close
            </Button>
          </>
        )}
      </Modal.ButtonRow>
    </Modal>
  );
}
