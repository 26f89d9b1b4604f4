import { useCallback, useEffect, useRef, useState } from 'react';
import { exportFields } from '../../data/export/exportFields';
import {
  explainExport,
  exportFlows,
  loadedPages,
  wasStopped,
  type ExportProgress,
  type ExportResult,
} from '../../data/export/exportFlows';
import { openFile } from '../../data/export/fileTarget';
import { exportFileName, FILE_TYPES, flowWriter, type ExportFormat } from '../../data/export/formats';
import { flowPages, type PagedRequest } from '../../data/flowPager';
import type { FlowRow } from '../../data/flowRow';
import type { ExplainedError } from '../../data/lokiErrors';

/** What the person chose to export. */
export interface ExportChoice {
  readonly format: ExportFormat;
  readonly columns: 'shown' | 'all';
  /** The rows loaded, or everything that matches. */
  readonly rows: 'loaded' | 'matching';
}

/** What there is to export. */
export interface ExportSource {
  /** The rows loaded, in the order shown. */
  readonly rows: readonly FlowRow[];
  /** The columns shown: names of fields, or of pairs of them. */
  readonly columns: readonly string[];
  /** How to ask for everything that matches; absent where nobody can, as before the first answer. */
  readonly request?: PagedRequest;
  /** About how many flows match. */
  readonly total?: number;
  /** At most so many flows of everything that matches. */
  readonly cap: number;
}

/** Where an export is at. */
export type ExportState =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly progress: ExportProgress }
  | { readonly state: 'done'; readonly result: ExportResult; readonly fileName: string }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly error: ExplainedError };

function planOf({ rows, request, total, cap }: ExportSource, choice: ExportChoice, signal: AbortSignal) {
  if (choice.rows === 'matching' && request !== undefined) {
    const of = total === undefined ? undefined : Math.min(total, cap);
    return { pages: flowPages(request, { signal }), cap, of };
  }
  return { pages: loadedPages(rows), cap: rows.length, of: rows.length };
}

/** Runs one export at a time; leaving the page stops it. */
export function useExport(source: ExportSource) {
  const [state, setState] = useState<ExportState>({ state: 'idle' });
  const running = useRef<AbortController>();

  useEffect(() => () => running.current?.abort(), []);

  const start = async (choice: ExportChoice) => {
    const { format } = choice;
    const fileName = exportFileName(new Date(), format);
    // First of all: browsers open their dialog only straight after a click.
    const target = await openFile({ fileName, mime: FILE_TYPES[format].mime, kind: FILE_TYPES[format].name });
    if (target === undefined) {
      return;
    }
    const controller = new AbortController();
    running.current = controller;
    const { signal } = controller;
    const { pages, cap, of } = planOf(source, choice, signal);
    const writer = flowWriter(format, choice.columns === 'all' ? 'all' : exportFields(source.columns));
    setState({ state: 'running', progress: { loaded: 0, of } });
    try {
      const onProgress = (progress: ExportProgress) => setState({ state: 'running', progress });
      const result = await exportFlows(pages, writer, target, { cap, of, signal, onProgress });
      setState({ state: 'done', result, fileName });
    } catch (error) {
      setState(wasStopped(error) ? { state: 'cancelled' } : { state: 'failed', error: explainExport(error) });
    }
  };
  const cancel = useCallback(() => running.current?.abort(), []);
  const reset = useCallback(() => setState({ state: 'idle' }), []);
  return { state, start, cancel, reset };
}
