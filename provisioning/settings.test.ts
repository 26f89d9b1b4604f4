import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { examineSettings } from '../src/data/appSettings';
import { parseFilterText } from '../src/flow';
import { pathOf } from './files';

const file = readFileSync(pathOf('provisioning/plugins/app.yaml'), 'utf8');

/** The settings of the provisioning file with its examples, which stand behind `# `, taken in. */
function withExamples(): Record<string, unknown> {
  const taken = file.replace(/^ {4}# /gm, '    ');
  return (parse(taken) as { apps: Array<{ jsonData: Record<string, unknown> }> }).apps[0]!.jsonData;
}

describe('the settings of the provisioning file', () => {
  // Grafana keeps those that it has only where the file has none (UpdatePluginSetting passes over what is empty).
  it('are examples alone, so that what people set and save outlives a start of Grafana', () => {
    const [app] = (parse(file) as { apps: object[] }).apps;
    expect(app).toEqual({ type: 'netobserv-flows-app', org_id: 1, disabled: false });
  });

  it('can all be used, the examples in its comments too', () => {
    const jsonData = withExamples();
    expect(Object.keys(jsonData)).toEqual([
      'lokiUid',
      'defaultLimit',
      'exportCap',
      'quickFilters',
      'savedViews',
      'defaultView',
    ]);
    const { settings, problems } = examineSettings(jsonData);
    expect(problems).toEqual([]);
    expect(settings.savedViews).toHaveLength(1);
    const filters = (settings.quickFilters as Array<{ filter?: string }>).flatMap(({ filter = [] }) => filter);
    expect(filters.map((filter) => parseFilterText(filter).ok)).toEqual([true, true]);
  });
});
