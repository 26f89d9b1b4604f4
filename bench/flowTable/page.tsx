import React from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { flushSync } from 'react-dom';
import { DEFAULT_COLUMNS } from '../../src/components/flowTable/columnPresets';
import { FlowTable } from '../../src/components/flowTable/FlowTable';
import type { ColumnId } from '../../src/data/flowColumns';
import type { FlowRow } from '../../src/data/flowRow';
import type { FlowSort } from '../../src/data/sortFlows';
import { benchFlows } from './flows';
import { PlainTable } from './PlainTable';

/** What is shown, as a page would hold it. */
interface Shown {
  rows: readonly FlowRow[];
  columns: readonly ColumnId[];
  sort: FlowSort | undefined;
}

const WIDTHS = {};
const nothing = () => {};

let root: Root | undefined;
let table: 'ours' | 'plain' = 'ours';
let shown: Shown = { rows: [], columns: DEFAULT_COLUMNS, sort: undefined };

function element() {
  return table === 'plain' ? (
    <PlainTable {...shown} />
  ) : (
    <FlowTable
      {...shown}
      widths={WIDTHS}
      density="normal"
      timeZone="utc"
      onSort={nothing}
      onColumns={nothing}
      onWidths={nothing}
      onOpen={nothing}
      onFilter={nothing}
    />
  );
}

/** After the frame that is on its way has been handed to the compositor. */
function painted(): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve(performance.now());
      channel.port2.postMessage(undefined);
    });
  });
}

/** Milliseconds from a change of what is shown until it is painted. */
async function show(change: Partial<Shown>): Promise<number> {
  shown = { ...shown, ...change };
  const begun = performance.now();
  flushSync(() => root?.render(element()));
  return (await painted()) - begun;
}

let made: readonly FlowRow[] = [];

/** What the measuring side calls. */
const bench = {
  /** A table without rows, and rows made ready for it. */
  async mount(which: 'ours' | 'plain', count: number, seed: number) {
    root?.unmount();
    table = which;
    made = benchFlows(count, seed);
    root = createRoot(document.getElementById('root') as HTMLElement);
    await show({ rows: [], columns: DEFAULT_COLUMNS, sort: undefined });
  },
  /** The rows made ready; milliseconds until they are painted. */
  data: () => show({ rows: made }),
  /** The same again: what the measuring itself takes. */
  nothing: () => show({}),
  sort: (field: ColumnId, descending: boolean) => show({ sort: { field, descending } }),
  toggle: (column: ColumnId) =>
    show({
      columns: shown.columns.includes(column)
        ? shown.columns.filter((id) => id !== column)
        : [...shown.columns, column],
    }),
  /** Another answer, as a filter brings it; made beforehand by {@link make}. */
  answer: () => show({ rows: made, sort: undefined }),
  make(count: number, seed: number) {
    made = benchFlows(count, seed);
  },
  /** The same flows with new ones before them. */
  prepend: (count: number, seed: number) => show({ rows: [...benchFlows(count, seed), ...shown.rows] }),
  /** Milliseconds of each frame while scrolling by so many pixels a frame. */
  scroll(pixels: number, frames: number): Promise<number[]> {
    const scroller = document.querySelector('[data-scroller]') as HTMLElement;
    scroller.scrollTop = 0;
    return new Promise((resolve) => {
      const times: number[] = [];
      let last: number | undefined;
      const step = (now: number) => {
        if (last !== undefined) {
          times.push(now - last);
        }
        last = now;
        if (times.length === frames) {
          resolve(times);
          return;
        }
        scroller.scrollTop += pixels;
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    });
  },
  elements: () => document.querySelectorAll('#root *').length,
  domRows: () => document.querySelectorAll('#root [data-index], #root tbody tr').length,
};

/** The page's hand for the measuring side. */
export type Bench = typeof bench;

(window as unknown as { bench: Bench }).bench = bench;
