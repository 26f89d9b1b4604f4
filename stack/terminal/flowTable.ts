import { portName, protocolName } from '@netobserv-flows/schema';
import { formatBytes } from '../../src/flow';

/** A flow as it comes back from Loki: labels and the line's fields together. */
export type FlowFields = Readonly<Record<string, unknown>>;

interface Column {
  readonly title: string;
  /** Fixed width in characters; columns without one share what is left. */
  readonly width?: number;
  readonly right?: boolean;
  value(flow: FlowFields): string;
}

/**
 * A value as text that is safe to print: control characters, which could drive the terminal, and characters that turn
 * the direction of text are left out.
 */
export function printable(value: unknown): string {
  if (value === undefined || value === null) {
    return '';
  }
  return String(value).replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '');
}

function number(value: unknown): number | undefined {
  return value === undefined || value === '' || !Number.isFinite(Number(value)) ? undefined : Number(value);
}

function end(flow: FlowFields, side: 'Src' | 'Dst'): string {
  const name = flow[`${side}K8S_Name`];
  if (name === undefined) {
    const label = flow[`${side}SubnetLabel`];
    return label === undefined
      ? printable(flow[`${side}Addr`])
      : printable(`${String(flow[`${side}Addr`])} (${String(label)})`);
  }
  const namespace = flow[`${side}K8S_Namespace`];
  return printable(namespace === undefined ? name : `${String(namespace)}/${String(name)}`);
}

function port(flow: FlowFields): string {
  const known = number(flow['DstPort']);
  if (known === undefined) {
    return '';
  }
  const name = portName(known, number(flow['Proto']));
  return name === undefined ? String(known) : `${known} ${name}`;
}

function time(flow: FlowFields): string {
  const ended = number(flow['TimeFlowEndMs']);
  return ended === undefined ? '' : new Date(ended).toLocaleTimeString('en-GB');
}

const COLUMNS: readonly Column[] = [
  { title: 'Time', width: 8, value: time },
  { title: 'Source', value: (flow) => end(flow, 'Src') },
  { title: 'Destination', value: (flow) => end(flow, 'Dst') },
  { title: 'Port', width: 16, value: port },
  {
    title: 'Proto',
    width: 5,
    value: (flow) => {
      const known = number(flow['Proto']);
      return known === undefined ? '' : protocolName(known);
    },
  },
  { title: 'Bytes', width: 9, right: true, value: (flow) => formatBytes(number(flow['Bytes']) ?? 0) },
];

const GAP = '  ';
const MINIMUM_SHARED = 8;

function fit(text: string, width: number, right = false): string {
  const characters = [...text];
  const cut = characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : text;
  const room = ' '.repeat(Math.max(0, width - [...cut].length));
  return right ? room + cut : cut + room;
}

/**
 * A table of flows as lines of text, none wider than the terminal.
 * @param width characters of the terminal's line, 40 or more.
 */
export function renderTable(flows: readonly FlowFields[], width: number): string[] {
  const fixed = COLUMNS.reduce((sum, column) => sum + (column.width ?? 0), 0) + GAP.length * (COLUMNS.length - 1);
  const shared = COLUMNS.filter((column) => column.width === undefined).length;
  const share = Math.max(MINIMUM_SHARED, Math.floor((width - fixed) / shared));
  const line = (cells: readonly string[]): string =>
    fit(cells.map((cell, index) => fit(cell, COLUMNS[index]?.width ?? share, COLUMNS[index]?.right)).join(GAP), width);
  return [
    line(COLUMNS.map(({ title }) => title)),
    ...flows.map((flow) => line(COLUMNS.map(({ value }) => value(flow)))),
  ];
}
