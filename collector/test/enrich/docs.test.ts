import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { enrichConfig } from '../../src/enrich/config';
import { inventorySchema } from '../../src/enrich/sources/inventorySchema';

const text = readFileSync(join(import.meta.dirname, '../../../docs/enrichment.md'), 'utf8');
const examples = [...text.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, yaml]) => yaml!);
const settings = examples.filter((yaml) => yaml.startsWith('enrich:'));
const inventories = examples.filter((yaml) => yaml.startsWith('nodes:'));

describe('the examples in docs/enrichment.md', () => {
  it('are there', () => {
    expect(settings.length).toBeGreaterThanOrEqual(4);
    expect(inventories).toHaveLength(1);
  });

  it.each(settings)('these settings are accepted:\n%s', (yaml) => {
    expect(enrichConfig.safeParse((parse(yaml) as { enrich: unknown }).enrich).error).toBeUndefined();
  });

  it.each(inventories)('this inventory is accepted:\n%s', (yaml) => {
    expect(inventorySchema.safeParse(parse(yaml)).error).toBeUndefined();
  });
});
