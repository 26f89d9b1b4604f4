import { columnFields, isColumnId, isPairName, type ColumnId } from '../../data/flowColumns';
import { isTime } from './columns';
import type { Density } from './density';

/** Widths in pixels that a person has set; the other columns have their own. */
export type ColumnWidths = Readonly<Partial<Record<ColumnId, number>>>;

/** Bounds of a width in pixels: a title's first letters, and what no value needs. */
export const LEAST_WIDTH = 40;
/** The upper bound of a width in pixels. */
export const GREATEST_WIDTH = 1000;

/** A width within its bounds, in whole pixels. */
export function clampWidth(width: number): number {
  return Math.round(Math.min(GREATEST_WIDTH, Math.max(LEAST_WIDTH, width)));
}

/** Reads `Bytes:120,SrcAddr:200`, the form that stands in URLs; what is no column or no number is passed over. */
export function parseWidths(text: unknown): ColumnWidths {
  const widths: Partial<Record<ColumnId, number>> = {};
  for (const part of typeof text === 'string' ? text.split(',') : []) {
    const [id = '', width = ''] = part.split(':');
    if (isColumnId(id) && /^\d{1,6}$/.test(width)) {
      widths[id] = clampWidth(Number(width));
    }
  }
  return widths;
}

/** The form of widths that stands in URLs; undefined where none are set. */
export function formatWidths(widths: ColumnWidths): string | undefined {
  const set = Object.entries(widths).flatMap(([id, width]) =>
    width === undefined ? [] : `${id}:${clampWidth(width)}`
  );
  return set.length === 0 ? undefined : set.join(',');
}

/** A time on one line; on two, the date stands above. */
const TIME_WIDTHS: Readonly<Record<Density, number>> = { compact: 166, normal: 102, large: 102 };
const DEFAULT_WIDTH = 90;

/** Least widths in pixels by the column's name; the first pattern that fits counts. */
const WIDTHS: ReadonlyArray<readonly [pattern: RegExp, width: number]> = [
  [/K8S_(Name|HostName|Service)$/, 120],
  [/K8S_OwnerName$/, 100],
  [/K8S_Namespace$/, 86],
  [/K8S_Zone$/, 100],
  [/(Addr|AgentIP|HostIP)$/, 116],
  [/Mac$/, 126],
  [/SrcPort$/, 64],
  [/Port$/, 96],
  [/^(Bytes|Packets)$/, 76],
  [/^Proto$/, 72],
  [/^FlowDirection$/, 86],
  [/^(Interfaces|Application)$/, 110],
  [/^ObservationDomainId$/, 140],
];

/** Columns that take what is left over: texts of any length. */
const GROWING = /(K8S_(Name|HostName|Service|OwnerName|Namespace|Zone)|SubnetLabel|Interfaces|Application)$/;

/** Both ends take more: badge, name and arrow of both ends on one line. */
const PAIR_FACTOR: Readonly<Record<Density, number>> = { compact: 1.8, normal: 1.25, large: 1.25 };

/** Least width of a column in pixels where a person has set none. */
export function ownWidth(id: ColumnId, density: Density): number {
  if (isTime(id)) {
    return TIME_WIDTHS[density];
  }
  const width = WIDTHS.find(([pattern]) => pattern.test(id))?.[1] ?? DEFAULT_WIDTH;
  return isPairName(id) ? Math.round(width * PAIR_FACTOR[density]) : width;
}

/** True where a column widens with the table. */
function grows(id: ColumnId): boolean {
  return columnFields(id).some((field) => GROWING.test(field.name));
}

/** How wide the columns are. */
export interface ColumnLayout {
  /** CSS `grid-template-columns`, the same for all rows. */
  readonly template: string;
  /** Least width of all columns in pixels: in a narrower view the table scrolls sideways. */
  readonly width: number;
}

/**
 * Widths set by a person are kept to the pixel; of the others those of texts share what is left over, or all of them
 * where there is no such column.
 */
export function columnLayout(columns: readonly ColumnId[], widths: ColumnWidths, density: Density): ColumnLayout {
  const free = columns.filter((id) => widths[id] === undefined);
  const growing = new Set(free.some(grows) ? free.filter(grows) : free);
  const sizes = columns.map((id) => widths[id] ?? ownWidth(id, density));
  const tracks = columns.map((id, index) => {
    const size = sizes[index] ?? LEAST_WIDTH;
    return growing.has(id) ? `minmax(${size}px, ${size}fr)` : `${size}px`;
  });
  return { template: tracks.join(' '), width: sizes.reduce((sum, size) => sum + size, 0) };
}
