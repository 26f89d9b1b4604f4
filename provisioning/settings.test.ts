import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { examineSettings } from '../src/data/appSettings';
import { parseFilterText } from '../src/flow';
import { pathOf } from './files';

/** The provisioning file with its examples, which stand behind `# `, taken in. */
function withExamples(): Record<string, unknown> {
  const text = readFileSync(pathOf('provisioning/plugins/app.yaml'), 'utf8');
  const taken = text.replace(/^( {6})# (\w+:.*| {2}[ -].*)$/gm, '$1$2');
  return (parse(taken) as { apps: Array<{ jsonData: Record<string, unknown> }> }).apps[0]!.jsonData;
}

describe('the settings of the provisioning file', () => {
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
