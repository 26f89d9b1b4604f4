import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  describeQuickFilter,
  matchesFlow,
  QUICK_FILTERS,
  quickFromUrl,
  quickSets,
  quickToUrl,
  readQuickFilters,
  type QuickFilter,
} from '../index';

const POD = { SrcK8S_Type: 'Pod', DstK8S_Type: 'Pod', SrcPort: 50_000, DstPort: 443 };

/** Which of the built-in quick filters a flow meets. */
function meets(flow: Record<string, unknown>): string[] {
  return QUICK_FILTERS.filter(({ set }) => matchesFlow(set, flow)).map(({ name }) => name);
}

describe('the built-in quick filters', () => {
  test.each<[flow: Record<string, unknown>, names: string[]]>([
    [POD, []],
    [{ ...POD, K8S_FlowLayer: 'app' }, ['Applications']],
    [{ ...POD, K8S_FlowLayer: 'infra' }, ['Infrastructure']],
    [{ ...POD, DstK8S_Type: 'Service' }, ['Services']],
    [{ ...POD, SrcK8S_Service: 'web' }, ['Services']],
    [{ ...POD, DstPort: 53 }, ['DNS']],
    [{ ...POD, SrcPort: 5353, DstPort: 40_000 }, ['DNS']],
    [{ ...POD, DstPort: 5300 }, []],
    [{ ...POD, DstSubnetLabel: 'EXT:office' }, ['External']],
    [{ ...POD, DstSubnetLabel: 'Pods' }, []],
    [{ ...POD, SrcK8S_Type: undefined }, ['External']],
    [{ ...POD, DstK8S_Type: '' }, ['External']],
    [{ ...POD, DstPort: 80 }, ['Insecure protocols']],
    [{ ...POD, SrcPort: 23, DstPort: 40_000 }, ['Insecure protocols']],
    [{ ...POD, SrcPort: '8080' }, ['Insecure protocols']],
    [{ ...POD, DstPort: 18_080 }, []],
    [{ ...POD, DstPort: 22 }, []],
    // As NetObserv writes an end outside: labels as text, nothing of Kubernetes.
    [
      { SrcK8S_Type: 'Pod', FlowDirection: '1', K8S_FlowLayer: 'app', DstPort: 23 },
      ['Applications', 'External', 'Insecure protocols'],
    ],
  ])('%j meets %j', (flow, names) => {
    expect(meets(flow)).toEqual(names);
  });

  test('are told in words', () => {
    for (const quick of QUICK_FILTERS) {
      expect(describeQuickFilter(quick)).toMatch(/^[A-Z]/);
    }
  });
});

describe('quick filters of the configuration', () => {
  test('without any, the built-in ones stand', () => {
    expect(readQuickFilters(undefined)).toEqual({ quick: QUICK_FILTERS, problems: [] });
  });

  test('are added, replace the built-in one of their name, or hide it', () => {
    const { quick, problems } = readQuickFilters([
      { name: ' Web ', filter: 'dst_port=http,https' },
      { name: 'dns', filter: 'port=53 proto=udp', match: 'any' },
      { name: 'External', hidden: true },
      { name: 'Services', filter: 'service!=""', hidden: false },
    ]);
    expect(problems).toEqual([]);
    expect(quick.map(({ name }) => name)).toEqual([
      'Applications',
      'Infrastructure',
      'Services',
      'dns',
      'Insecure protocols',
      'Web',
    ]);
    expect(quick.map(describeQuickFilter).slice(2)).toEqual([
      'service!=""',
      'port=53 proto=udp (any of them)',
      expect.stringContaining('ports'),
      'dst_port=http,https',
    ]);
    expect(quick[3]?.set.match).toBe('any');
  });

  test.each<[value: unknown, problem: RegExp]>([
    ['DNS', /^quickFilters is "DNS"; write a list/],
    [[5], /^quickFilters\[0\]: 5 is no entry/],
    [[null], /null is no entry/],
    [[{ filter: 'port=1' }], /name is undefined; give it a name/],
    [[{ name: '', filter: 'port=1' }], /name is ""/],
    [[{ name: 'x'.repeat(41), filter: 'port=1' }], /1 to 40 characters/],
    [[{ name: 'Web' }], /“Web”: filter is undefined; write filters/],
    [[{ name: 'Web', filter: '  ' }], /“Web”: filter is/],
    [[{ name: 'Web', filter: 'port=70000' }], /“Web”: filter is "port=70000": .*70000 is not a port/],
    [[{ name: 'Web', filter: 'port=1', match: 'most' }], /match is "most"; write "all" or "any"/],
    [[{ name: 'Web', hidden: 'yes' }], /hidden is "yes"; write true/],
    [[{ name: 'Web', hidden: true }], /“Web” is hidden, but there is none/],
  ])('%j is told, and the others stand', (value, problem) => {
    const { quick, problems } = readQuickFilters(value);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(quick).toEqual(QUICK_FILTERS);
  });

  test('very many are cut and told', () => {
    const { quick, problems } = readQuickFilters(
      Array.from({ length: 500 }, (_, index) => ({ name: `n${index}`, filter: 'port=1' }))
    );
    expect(quick).toHaveLength(QUICK_FILTERS.length + 30);
    expect(problems).toHaveLength(1);
  });

  test('no value makes it fail otherwise than by a problem', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const { quick } = readQuickFilters([value, { name: 'Web', filter: 'port=80' }]);
        expect(quick.map(({ name }) => name)).toContain('Web');
      })
    );
  });
});

describe('quick filters in the address', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }), {
    selector: (name) => name.trim().toLowerCase(),
    maxLength: 6,
  });

  test('every choice comes back the same, through a real address', () => {
    fc.assert(
      fc.property(names, fc.infiniteStream(fc.boolean()), (all, choose) => {
        const [set] = QUICK_FILTERS.map((quick) => quick.set);
        const available: QuickFilter[] = all.map((name) => ({ name, set: set! }));
        const active = all.filter(() => choose.next().value);
        const parameters = new URLSearchParams();
        Object.entries(quickToUrl(active)).forEach(([key, values]) =>
          values.forEach((one) => parameters.append(key, one))
        );
        const read = new URLSearchParams(parameters.toString());
        expect(quickFromUrl({ quick: read.getAll('quick') }, available)).toEqual({ active, problems: [] });
      })
    );
  });

  test('names are read in any case and once; unknown ones are told', () => {
    expect(quickFromUrl({ quick: ['dns', 'DNS', 'External'] }, QUICK_FILTERS).active).toEqual(['DNS', 'External']);
    expect(quickFromUrl({ quick: 'Services' }, QUICK_FILTERS).active).toEqual(['Services']);
    const { active, problems } = quickFromUrl({ quick: ['Nonesuch', 'DNS'] }, QUICK_FILTERS);
    expect(active).toEqual(['DNS']);
    expect(problems).toEqual([expect.stringMatching(/^quick=Nonesuch: .*Applications, .*can be named/)]);
  });

  test('several must all hold', () => {
    const sets = quickSets(['External', 'DNS', 'gone'], QUICK_FILTERS);
    expect(sets).toHaveLength(2);
    const both = (flow: Record<string, unknown>) => sets.every((set) => matchesFlow(set, flow));
    expect(both({ ...POD, DstK8S_Type: undefined, DstPort: 53 })).toBe(true);
    expect(both({ ...POD, DstPort: 53 })).toBe(false);
  });
});
