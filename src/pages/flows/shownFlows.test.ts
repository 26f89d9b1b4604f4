import { row } from '../../data/flowRow.fixture';
import { NOTHING_SHOWN, release, takeAnswer, takeOlder, takeRefresh } from './shownFlows';

const flows = (...times: number[]) => ({
  rows: times.map((time) => row(String(time), { TimeFlowEndMs: time })),
  skipped: 0,
});
const ids = ({ flows: { rows } }: ReturnType<typeof takeAnswer>) => rows.map(({ id }) => id);
const refresh = { limit: 3, fromMs: 0, hold: false };

describe('the flows that the table shows', () => {
  it('are all there are where the answer is below its limit', () => {
    expect(takeAnswer(flows(2, 1), 3).complete).toBe(true);
    expect(takeAnswer(flows(3, 2, 1), 3).complete).toBe(false);
    expect(NOTHING_SHOWN.complete).toBe(true);
  });

  it('are joined by new ones, which are marked', () => {
    const shown = takeRefresh(takeAnswer(flows(3, 2, 1), 3), flows(4, 3, 2), refresh);
    expect(ids(shown)).toEqual(['4', '3', '2']);
    expect([...shown.fresh]).toEqual(['4']);
    expect(takeRefresh(shown, flows(4, 3, 2), refresh).fresh).toBe(shown.fresh);
    expect([...takeRefresh(shown, flows(5, 4, 3), refresh).fresh]).toEqual(['5']);
  });

  it('stay as they are while a person is at a row; what came meanwhile follows at once', () => {
    const before = takeAnswer(flows(3, 2, 1), 3);
    const once = takeRefresh(before, flows(4, 3, 2), { ...refresh, hold: true });
    const twice = takeRefresh(once, flows(5, 4, 3), { ...refresh, hold: true });
    expect(ids(twice)).toEqual(['3', '2', '1']);
    expect([...twice.held!.fresh]).toEqual(['4', '5']);
    // Nothing new since: what waits goes on waiting.
    expect(takeRefresh(twice, flows(5, 4, 3), { ...refresh, hold: true })).toEqual(twice);
    const after = release(twice);
    expect(ids(after)).toEqual(['5', '4', '3']);
    expect([...after.fresh]).toEqual(['4', '5']);
    expect(after.held).toBeUndefined();
  });

  it('hold nothing back where a refresh brings nothing', () => {
    const shown = takeRefresh(takeAnswer(flows(2, 1), 3), flows(2, 1), { ...refresh, hold: true });
    expect(shown.held).toBeUndefined();
  });

  it('keep the older ones that were loaded, over refreshes', () => {
    const older = takeOlder(takeAnswer(flows(30, 20, 10), 3), flows(10, 9, 8), true);
    expect(ids(older)).toEqual(['30', '20', '10', '9', '8']);
    expect(older).toMatchObject({ complete: true, beyond: 2 });
    const later = takeRefresh(older, flows(40, 30, 20), refresh);
    expect(ids(later)).toEqual(['40', '30', '20', '10', '9']);
    // The oldest made room: there is more to load again.
    expect(later.complete).toBe(false);
  });

  it('are complete as long as nothing had to make room', () => {
    const older = takeOlder(takeAnswer(flows(30, 20, 10), 3), flows(9, 8), true);
    expect(takeRefresh(older, flows(40, 30, 20), { ...refresh, fromMs: 9 }).complete).toBe(true);
  });
});
