import fc from 'fast-check';
import { row, rows } from '../../data/flowRow.fixture';
import { drawnIndices, drawnRange, placeAtTop, placeOver, resizedTo, rested, scrolledTo, slotOf } from './rowPlace';

const HEIGHT = 40;
const some = rows(1000);
const more = (count: number) => Array.from({ length: count }, (_, index) => row(`new-${index}`, {}));
const at = (first: number) => scrolledTo(resizedTo(placeAtTop(some, '', HEIGHT), 800), first * HEIGHT);

describe('the place in the rows', () => {
  it('draws what is in view and a little beyond, each row in an element of its own', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(200_000), fc.nat(3000), (count, pixels, height) => {
        const place = scrolledTo(resizedTo(placeAtTop(rows(count), '', HEIGHT), height), pixels);
        const { start, end } = drawnRange(place);
        const indices = drawnIndices(place);
        expect(indices.length).toBeLessThanOrEqual(Math.ceil(height / HEIGHT) + 13);
        expect(new Set(indices.map((index) => slotOf(place, index))).size).toBe(indices.length);
        expect([...indices].sort((a, b) => a - b)).toEqual(
          Array.from({ length: end - start }, (_, index) => start + index)
        );
      }),
      { numRuns: 50 }
    );
  });

  it('leaves elements in their order while scrolling, and puts them in that of the rows once it rests', () => {
    const before = at(100);
    const after = scrolledTo(before, 103 * HEIGHT);
    const slots = (place: typeof after) => drawnIndices(place).map((index) => slotOf(place, index));
    expect(slots(after)).toEqual(slots(before));
    const indices = drawnIndices(rested(after));
    expect(indices).toEqual([...indices].sort((a, b) => a - b));
  });

  it('keeps the rows in view where others come in above, in the elements they have', () => {
    const before = at(100);
    const after = placeOver(before, [...more(7), ...some], '', HEIGHT);
    expect(after.first).toBe(107);
    expect(after.jump).toEqual({ by: 7 * HEIGHT });
    expect(slotOf(after, 107)).toBe(slotOf(before, 100));
  });

  it('shows new rows at the top to those who are there, and leaves known rows their elements', () => {
    const before = at(0);
    const after = placeOver(before, [...more(3), ...some], '', HEIGHT);
    expect(after).toMatchObject({ first: 0, jump: undefined });
    expect(slotOf(after, 3)).toBe(slotOf(before, 0));
  });

  it('holds on to the next row in view where the first is gone', () => {
    const after = placeOver(at(100), [...more(5), ...some.slice(0, 100), ...some.slice(102)], '', HEIGHT);
    expect(after.first).toBe(103);
  });

  it('stays where older rows come in below', () => {
    expect(placeOver(at(100), [...some, ...more(50)], '', HEIGHT)).toMatchObject({ first: 100, jump: { by: 0 } });
  });

  it('begins at the top where none of the rows in view is left, or the order is another', () => {
    expect(placeOver(at(100), more(500), '', HEIGHT)).toMatchObject({ first: 0, jump: { to: 0 } });
    expect(placeOver(at(100), some, '-Bytes', HEIGHT)).toMatchObject({ first: 0, jump: { to: 0 } });
  });

  it('keeps the first row in view where rows become higher', () => {
    expect(placeOver(at(100), some, '', 60)).toMatchObject({ first: 100, jump: { to: 6000 } });
  });
});
