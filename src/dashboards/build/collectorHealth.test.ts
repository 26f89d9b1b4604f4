import { COLLECTOR_HEALTH } from './collectorHealth';

const panels = COLLECTOR_HEALTH.rows.flatMap(({ panels }) => panels.map(([, panel]) => panel));
const exprs = (title: string) => panels.find((panel) => panel.title === title)?.queries.map(({ expr }) => expr) ?? [];

describe('Collector health', () => {
  it('counts what the kernel dropped among the losses, as the losses by reason do', () => {
    for (const title of ['Losses', 'Losses by reason']) {
      expect(exprs(title).join()).toContain('unwrap Count');
      expect(exprs(title).join()).toContain('unwrap KernelDrops');
    }
  });
});
