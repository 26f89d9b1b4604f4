/** What something cost, and whether it ended without an answer. */
export interface Cost {
  readonly value: number;
  readonly isRefused: boolean;
}

/** How many times as much theirs took. There is none where ours was refused: a quick refusal is no quick answer. */
export function ratio(theirs: Cost, ours: Cost): string {
  const times = `${theirs.isRefused ? '≥ ' : ''}${Math.round(theirs.value / Math.max(ours.value, 0.01))}×`;
  return (ours.isRefused ? 'refused' : times).padStart(8);
}
