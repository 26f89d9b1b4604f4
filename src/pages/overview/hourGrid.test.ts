import { busiest, hourGrid } from './hourGrid';

const HOUR = 3_600_000;
/** A Monday. */
const MIDNIGHT = Date.UTC(2026, 4, 4);

describe('the grid of hours', () => {
  it('has a row a date for less than a week; hours outside the range are left out, quiet ones are there', () => {
    const totals = new Map([[MIDNIGHT + 2 * HOUR, 3600]]);
    const rows = hourGrid(totals, HOUR, { fromMs: MIDNIGHT - HOUR, toMs: MIDNIGHT + 3 * HOUR }, 'utc');
    expect(rows.map(({ name }) => name)).toEqual(['Sun, May 3', 'Mon, May 4']);
    expect(rows[0]!.cells.map(({ hour, rate }) => [hour, rate])).toEqual([[23, 0]]);
    expect(rows[1]!.cells.map(({ hour, rate }) => [hour, rate])).toEqual([
      [0, 0],
      [1, 1],
      [2, 0],
    ]);
    expect(rows[1]!.cells[1]).toMatchObject({ fromMs: MIDNIGHT + HOUR, toMs: MIDNIGHT + 2 * HOUR });
  });

  it('adds up the steps of an hour', () => {
    const step = HOUR / 6;
    const totals = new Map(Array.from({ length: 6 }, (_, index) => [MIDNIGHT + (index + 1) * step, 600]));
    const rows = hourGrid(totals, step, { fromMs: MIDNIGHT, toMs: MIDNIGHT + HOUR }, 'utc');
    expect(rows[0]!.cells).toEqual([
      {
        hour: 0,
        begins: '00:00',
        ends: '01:00',
        title: 'Mon, May 4 00:00–01:00',
        rate: 1,
        fromMs: MIDNIGHT,
        toMs: MIDNIGHT + HOUR,
      },
    ]);
  });

  it('has a row a day of the week for a week and more: the mean of all such hours, and the latest of them', () => {
    const week = 7 * 24 * HOUR;
    const totals = new Map([
      [MIDNIGHT + 15 * HOUR, 3600],
      [MIDNIGHT + week + 15 * HOUR, 3 * 3600],
    ]);
    const rows = hourGrid(totals, HOUR, { fromMs: MIDNIGHT, toMs: MIDNIGHT + 2 * week }, 'utc');
    expect(rows.map(({ name }) => name)).toEqual(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
    expect(rows.every(({ cells }) => cells.length === 24)).toBe(true);
    expect(busiest(rows)).toEqual({
      hour: 14,
      begins: '14:00',
      ends: '15:00',
      title: 'Mon 14:00–15:00',
      rate: 2,
      fromMs: MIDNIGHT + week + 14 * HOUR,
      toMs: MIDNIGHT + week + 15 * HOUR,
    });
  });

  it('follows the time zone', () => {
    const rows = hourGrid(new Map(), HOUR, { fromMs: MIDNIGHT, toMs: MIDNIGHT + HOUR }, 'Asia/Tokyo');
    expect(rows[0]!.cells[0]!.hour).toBe(9);
  });

  it.each([
    ['Asia/Kolkata', HOUR, 'Mon, May 4 13:30–14:30'],
    ['Asia/Kathmandu', HOUR, 'Mon, May 4 13:45–14:45'],
    // Ten minutes from 13:45 on are in the hour of which the first step begins at 13:05.
    ['Asia/Kathmandu', HOUR / 6, 'Mon, May 4 13:05–14:05'],
    ['Asia/Kolkata', HOUR / 4, 'Mon, May 4 13:00–14:00'],
  ])('says when an hour begins in a time zone off UTC’s hours (%s, steps of %d ms)', (timeZone, stepMs, title) => {
    const begin = MIDNIGHT + 8 * HOUR;
    const span = { fromMs: MIDNIGHT, toMs: MIDNIGHT + 12 * HOUR };
    const peak = busiest(hourGrid(new Map([[begin + stepMs, 3600]]), stepMs, span, timeZone))!;
    expect(peak.title).toBe(title);
    expect(peak.fromMs).toBeLessThanOrEqual(begin);
    expect(peak.toMs - peak.fromMs).toBe(HOUR);
    const local = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
    expect([peak.begins, peak.ends]).toEqual([peak.fromMs, peak.toMs].map((ms) => local.format(ms)));
  });

  it('names no peak where nothing went on', () => {
    expect(busiest(hourGrid(new Map(), HOUR, { fromMs: MIDNIGHT, toMs: MIDNIGHT + HOUR }, 'utc'))).toBeUndefined();
  });
});
