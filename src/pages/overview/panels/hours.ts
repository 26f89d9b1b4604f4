import { formatByteRate } from '../../../flow';
import { busiest, hourGrid, totalsOf } from '../hourGrid';
import type { PanelRecipe } from '../recipe';

export const hoursPanel: PanelRecipe = {
  id: 'hours',
  title: 'When are the peak hours?',
  description:
    'The mean rate in each hour of the day: by day of the week where the time range is a week or longer, else by date.',
  asks: [],
  course: true,
  wide: 'two',
  look: ({ course, timeZone }) => {
    const { series, plan } = course();
    const days = hourGrid(totalsOf(series), plan.stepMs, plan.span, timeZone);
    const peak = busiest(days);
    return { kind: 'hours', days, ...(peak && { headline: `Busiest: ${peak.title}, ${formatByteRate(peak.rate)}` }) };
  },
};
