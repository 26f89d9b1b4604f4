import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fieldDefinition } from '@netobserv-flows/schema';
import { CAPTURES, datagramsOf, GROUPS, hasCaptures, noCaptures, present, testDecoder } from './captures';

describe.skipIf(!hasCaptures)(`captures of real exporters${noCaptures}`, () => {
  it.each(GROUPS.map((group) => ({ group, name: group[0]?.file ?? '' })))('$name decodes', async ({ group }) => {
    const { decoder, lost } = testDecoder();
    const losses: string[] = [];
    for (const expected of group) {
      const before = decoder.stats();
      for (const datagram of await datagramsOf(expected.file)) {
        for (const { record } of present(decoder.decode(datagram))) {
          const absent = Object.entries(record).filter(
            ([name, value]) => fieldDefinition(name) === undefined || value === undefined || value === ''
          );
          expect(absent, expected.file).toEqual([]);
        }
      }
      const after = decoder.stats();
      losses.push(...(expected.lost ?? []));
      expect({
        file: expected.file,
        records: after.records - before.records,
        templates: after.templates - before.templates,
        optionRecords: after.optionRecords - before.optionRecords,
        counterSamples: after.counterSamples - before.counterSamples,
        lost: lost(),
      }).toEqual({ records: 0, templates: 0, optionRecords: 0, counterSamples: 0, ...expected, lost: losses });
    }
  });

  it('leaves no capture out', () => {
    const found = (readdirSync(CAPTURES, { recursive: true }) as string[]).filter((file) =>
      /\.(jsonl|dat|bin)$/.test(file)
    );
    const listed = GROUPS.flatMap((group) => group.map(({ file }) => file));
    expect(found.sort()).toEqual(listed.sort());
  });
});
