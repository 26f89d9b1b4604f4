import { dateTimeForTimeZone } from '@grafana/data';
import type { HourCell, HourRow } from '../../components/panels/types';
import type { MetricSeries } from '../../data/lokiMetrics';
import type { TimeSpan } from '../../flow/plan';

const HOUR_MS = 3_600_000;
/** From this length on, days of the week are told apart rather than dates. */
const WEEK_MS = 7 * 24 * HOUR_MS;

const SHOWN_DATE = 'ddd, MMM D';
const WEEKDAYS: readonly string[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The sums of all series by the time at which a step ends. */
export function totalsOf(series: readonly MetricSeries[]): Map<number, number> {
  const totals = new Map<number, number>();
  for (const [time, value] of series.flatMap(({ values }) => values)) {
    totals.set(time, (totals.get(time) ?? 0) + value);
  }
  return totals;
}

const MINUTE_MS = 60_000;
const MINUTES = 60;

const twoDigits = (value: number) => String(value).padStart(2, '0');
const clock = (hour: number, minute: number) => `${twoDigits(hour % 24)}:${twoDigits(minute)}`;

interface Sum {
  /** Minutes after the full hour at which it begins: steps keep to UTC's hours, and a time zone may lie between. */
  minute: number;
  bytes: number;
  ms: number;
  fromMs: number;
  toMs: number;
}

/**
 * The mean rate by hour of the day: by day of the week where a week or more is told, else by date. Hours without
 * traffic count as such; those outside the range are left out.
 * @param totals bytes by the end of each step.
 * @param timeZone as Grafana has it: `utc`, `browser`, or a name.
 */
export function hourGrid(
  totals: ReadonlyMap<number, number>,
  stepMs: number,
  { fromMs, toMs }: TimeSpan,
  timeZone: string
): HourRow[] {
  const weekly = toMs - fromMs >= WEEK_MS;
  const rows = new Map<string, Map<number, Sum>>(weekly ? WEEKDAYS.map((name) => [name, new Map<number, Sum>()]) : []);
  for (let end = fromMs + stepMs; end <= toMs; end += stepMs) {
    const begin = end - stepMs;
    const local = dateTimeForTimeZone(timeZone, begin);
    const name = weekly ? local.locale('en').format('ddd') : local.format(SHOWN_DATE);
    const row = rows.get(name) ?? new Map<number, Sum>();
    rows.set(name, row);
    const hour = local.hour?.() ?? 0;
    const known = row.get(hour);
    const continues = known !== undefined && begin - known.toMs < HOUR_MS && end - known.fromMs <= HOUR_MS;
    row.set(hour, {
      minute: (local.minute?.() ?? 0) % Math.min(MINUTES, stepMs / MINUTE_MS),
      bytes: (known?.bytes ?? 0) + (totals.get(end) ?? 0),
      ms: (known?.ms ?? 0) + stepMs,
      fromMs: continues ? known.fromMs : begin,
      toMs: end,
    });
  }
  return [...rows].map(([name, cells]) => ({
    name,
    cells: [...cells]
      .sort(([a], [b]) => a - b)
      .map(([hour, { minute, bytes, ms, fromMs: latestFromMs, toMs: latestToMs }]): HourCell => {
        const [begins, ends] = [clock(hour, minute), clock(hour + 1, minute)];
        const title = `${name} ${begins}–${ends}`;
        return { hour, begins, ends, title, rate: bytes / (ms / 1000), fromMs: latestFromMs, toMs: latestToMs };
      }),
  }));
}

/** The hour with the highest rate; undefined where there was no traffic. */
export function busiest(days: readonly HourRow[]): HourCell | undefined {
  const cells = days.flatMap((day) => day.cells).filter(({ rate }) => rate > 0);
  return cells.length === 0 ? undefined : cells.reduce((most, cell) => (cell.rate > most.rate ? cell : most));
}
