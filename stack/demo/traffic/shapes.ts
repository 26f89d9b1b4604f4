/** When something happens: the name of a curve over the week. */
export type Shape = 'flat' | 'office' | 'evening' | 'day' | 'night' | 'hourly';

const HOUR_MS = 3_600_000;

/** A bell over the clock, 1 at `peakHour`, that goes round midnight. */
function bell(hour: number, peakHour: number, widthHours: number): number {
  const away = Math.abs(hour - peakHour);
  const distance = Math.min(away, 24 - away);
  return Math.exp(-((distance / widthHours) ** 2) / 2);
}

/**
 * How strong traffic of a shape is at a moment, in parts of its peak: 0 to about 1.
 *
 * `office` peaks at 10:30 and 14:30 on weekdays and is low at weekends; `evening` peaks at 20:30 and is higher at
 * weekends; `day` is the two together; `night` is a job from 1:00 to 3:30; `hourly` is a job in the first ten minutes
 * of each hour. Hours are UTC, so that a seed gives the same traffic everywhere.
 * @param atMs ms since the Unix epoch.
 */
export function strength(shape: Shape, atMs: number): number {
  const hour = (atMs / HOUR_MS) % 24;
  // 1 January 1970 was a Thursday; 0 is Sunday.
  const weekday = (Math.floor(atMs / (24 * HOUR_MS)) + 4) % 7;
  const weekend = weekday === 0 || weekday === 6;
  const office =
    (weekend ? 0.25 : 1 - 0.06 * Math.abs(weekday - 3)) * Math.max(bell(hour, 10.5, 1.8), bell(hour, 14.5, 2));
  const evening = (weekend ? 1 : 0.8) * bell(hour, 20.5, 2.5);
  switch (shape) {
    case 'flat':
      return 1;
    case 'office':
      return 0.08 + 0.92 * office;
    case 'evening':
      return 0.1 + 0.9 * evening;
    case 'day':
      return 0.12 + 0.88 * Math.max(office, 0.9 * evening);
    case 'night':
      return hour >= 1 && hour < 3.5 ? 1 : 0;
    case 'hourly':
      return hour % 1 < 1 / 6 ? 1 : 0;
  }
}
