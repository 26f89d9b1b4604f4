import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  LEVEL_NAMES,
  readRollupLine,
  ROLLUP_LEVELS,
  rollupColumns,
  rollupPattern,
  WRITTEN_AS,
  writtenName,
} from './index';
import type { FieldName } from './record';

describe('lines of sums', () => {
  it('have a column for each field of each level that they are of, and for all sums', () => {
    for (const name of LEVEL_NAMES) {
      const columns = rollupColumns(WRITTEN_AS[name].level);
      const needed = [
        ...(Object.keys(ROLLUP_LEVELS[name].fields) as FieldName[]),
        'Bytes',
        'Packets',
        'Flows',
      ] as const;
      expect(columns).toEqual(expect.arrayContaining(needed.map((field) => writtenName(name, field))));
      expect(new Set(columns).size).toBe(columns.length);
    }
  });

  // What is stored is read by these: another order needs another ROLLUP_LAYOUT.
  it('have these columns', () => {
    expect(rollupColumns('end').join(' ')).toBe(
      'Slot SrcBytes DstBytes K8S_Namespace K8S_OwnerName K8S_Type SubnetLabel K8S_OwnerType ' +
        'SrcPackets DstPackets SrcFlows DstFlows Part'
    );
    expect(rollupColumns('node').join(' ')).toBe(
      'SrcSlot DstSlot Bytes Packets Flows SrcK8S_HostName DstK8S_HostName SrcK8S_Zone DstK8S_Zone ' +
        'SrcK8S_Type DstK8S_Type K8S_FlowLayer Sampling Part'
    );
  });

  it('are read up to the last column that is asked for', () => {
    const labels = new Map([
      ['K8S_Namespace', 'SrcK8S_Namespace'],
      ['SrcBytes', 'volume'],
    ]);
    expect(rollupPattern('end', labels)).toBe('<_>\t<volume>\t<_>\t<SrcK8S_Namespace>\t');
    expect(() => rollupPattern('end', new Map([['Proto', 'Proto']]))).toThrow(
      "lines of level 'end' have no column 'Proto', but Slot, SrcBytes"
    );
  });

  it('are told by their columns, also with more of them than are known', () => {
    const line = 'a\t3\t900\t2\t1\tnode-a\t\t\t\tPod\t\t\t100\tx.1\tlater\t';
    expect(readRollupLine('node', line)).toEqual({
      SrcSlot: 'a',
      DstSlot: '3',
      Bytes: 900,
      Packets: 2,
      Flows: 1,
      SrcK8S_HostName: 'node-a',
      SrcK8S_Type: 'Pod',
      Sampling: 100,
      Part: 'x.1',
    });
  });

  it('have the columns that docs/rollups.md tells', () => {
    const page = readFileSync(new URL('../docs/rollups.md', import.meta.url), 'utf8');
    for (const written of new Set(Object.values(WRITTEN_AS).map(({ level }) => level))) {
      const whole = rollupPattern(written, new Map(rollupColumns(written).map((column) => [column, column])));
      expect(page).toContain(`\`${written}\`:\n\n\`\`\`text\n${whole.replaceAll('\t', '\\t')}\n`);
    }
  });
});
