import type { TimeZone } from '@grafana/schema';
import type { FieldDefinition } from '@netobserv-flows/schema';
import { columnFields, isPairName, type ColumnId } from '../../data/flowColumns';
import type { KnownFlow } from '../../data/flowRow';
import { fieldMark, textBeside, type FieldMark } from '../flowFields/fieldMark';
import { formatValue } from '../flowFields/formatValue';
import { shownField } from '../flowFields/standIn';
import { isNumeric, isTime } from './columns';

/** One value of a cell. */
export interface CellPart {
  readonly mark?: FieldMark;
  readonly text: string;
  /** True where it is another field's value, in place of a name that the flow lacks. */
  readonly standIn?: true;
}

/** What a cell holds: one value, or two that stand above each other where there is room. */
export interface CellContent {
  readonly parts: readonly CellPart[];
  /** All of it in one line. */
  readonly title: string;
}

/** How a column turns a flow into a cell. Made once a set of columns, so that cells cost their own text alone. */
export interface ColumnRecipe {
  readonly id: ColumnId;
  /** `pair` cells tell of both ends, `time` cells of date and time; the others hold one value. */
  readonly shape: 'one' | 'pair' | 'time';
  readonly numeric: boolean;
  /** @returns undefined where the flow has nothing to show. */
  content(flow: KnownFlow): CellContent | undefined;
}

/** Stands for the end of a pair that lacks the field. */
const NOTHING: CellPart = { text: '–' };

function partOf(field: FieldDefinition, flow: KnownFlow, timeZone: TimeZone): CellPart | undefined {
  const shown = shownField(field, flow);
  const text = formatValue(shown, flow, timeZone);
  if (text === undefined) {
    return undefined;
  }
  if (shown !== field) {
    return { text, standIn: true };
  }
  const mark = fieldMark(field, flow);
  return mark === undefined ? { text } : { mark, text: textBeside(mark, text) };
}

function titleOf(field: FieldDefinition, flow: KnownFlow, timeZone: TimeZone): string | undefined {
  return formatValue(shownField(field, flow), flow, timeZone);
}

function oneField(field: FieldDefinition, timeZone: TimeZone): ColumnRecipe['content'] {
  return (flow) => {
    const part = partOf(field, flow, timeZone);
    return part === undefined ? undefined : { parts: [part], title: titleOf(field, flow, timeZone) ?? part.text };
  };
}

function bothEnds(source: FieldDefinition, destination: FieldDefinition, timeZone: TimeZone): ColumnRecipe['content'] {
  return (flow) => {
    const [from, to] = [partOf(source, flow, timeZone), partOf(destination, flow, timeZone)];
    if (from === undefined && to === undefined) {
      return undefined;
    }
    const [fromTitle, toTitle] = [titleOf(source, flow, timeZone), titleOf(destination, flow, timeZone)];
    return {
      parts: [from ?? NOTHING, to ?? NOTHING],
      title: `${fromTitle ?? NOTHING.text} → ${toTitle ?? NOTHING.text}`,
    };
  };
}

function dateAndTime(field: FieldDefinition, timeZone: TimeZone): ColumnRecipe['content'] {
  return (flow) => {
    const text = formatValue(field, flow, timeZone);
    if (text === undefined) {
      return undefined;
    }
    const blank = text.indexOf(' ');
    return { parts: [{ text: text.slice(0, blank) }, { text: text.slice(blank + 1) }], title: text };
  };
}

/** The recipe of a column. */
export function columnRecipe(id: ColumnId, timeZone: TimeZone): ColumnRecipe {
  const [field, other] = columnFields(id);
  if (field === undefined) {
    throw new TypeError(`No column is called ${id}`);
  }
  const shape = isPairName(id) ? 'pair' : isTime(id) ? 'time' : 'one';
  const content =
    other !== undefined
      ? bothEnds(field, other, timeZone)
      : shape === 'time'
        ? dateAndTime(field, timeZone)
        : oneField(field, timeZone);
  return { id, shape, numeric: isNumeric(id), content };
}
