import { COLLECTOR_HEALTH } from './collectorHealth';

const panels = COLLECTOR_HEALTH.rows.flatMap(({ panels }) => panels.map(([, panel]) => panel));
const exprs = (title: string) => panels.find((panel) => panel.title === title)?.queries.map(({ expr }) => expr) ?? [];

describe('Collector health', () => {
  it.each([
    ['the rates', 'Flows', ['Decoded', 'Stored', 'Duplicates', 'Lost']],
    ['losses by reason', 'Losses by reason', ['Reason']],
    ['silent exporters', 'Exporters and when they were last heard', ['LastSeenMs']],
    ['missing templates', 'Templates', ['no_template']],
    ['the spool', 'Waiting', ['SpoolBytes']],
    ['how long Loki takes', 'Time that pushes take', ['PushSeconds', 'Pushes', 'PushSecondsMax']],
  ])('shows %s', (_, title, figures) => {
    const words = exprs(title).join().match(/\w+/g) ?? [];
    expect(words).toEqual(expect.arrayContaining(figures));
  });

  it('counts what the kernel dropped among the losses, as the losses by reason do', () => {
    for (const title of ['Losses', 'Losses by reason']) {
      expect(exprs(title).join()).toContain('unwrap Count');
      expect(exprs(title).join()).toContain('unwrap KernelDrops');
    }
  });
});
