import type { PanelRecipe } from '../recipe';

export const coursePanel: PanelRecipe = {
  id: 'course',
  title: 'How does the traffic change over time?',
  description: 'The rate of traffic in, out and inside the cluster. Dragging over it chooses a time range.',
  asks: [],
  course: true,
  wide: 'page',
  look: ({ course }) => ({ kind: 'course', empty: course().series.length === 0 }),
};
