import { actionsLeft } from './actionsPlace';

const cell = { left: 100, width: 150 };
const place = { cell, width: 44, leftEnd: false, within: 1000, pointer: undefined };

describe('the place of a cell’s actions', () => {
  it.each([
    ['the end that the value leaves free', {}, 206],
    ['the left end of figures', { leftEnd: true }, 100],
    ['the same, where the pointer is elsewhere', { pointer: 120 }, 206],
    ['the other end, where the pointer is there', { pointer: 230 }, 100],
    ['beside a narrow cell', { cell: { left: 100, width: 64 }, pointer: 132 }, 164],
    ['before a narrow cell that is the last', { cell: { left: 936, width: 64 }, pointer: 968 }, 892],
  ])('is %s', (_, options, left) => {
    expect(actionsLeft({ ...place, ...options })).toBe(left);
  });
});
