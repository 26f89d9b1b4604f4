import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alertRules } from './alerts/rules';
import { readAlertSettings, THRESHOLDS_FILE } from './alerts/settings';
import { pathOf } from './files';

const settings = readAlertSettings();
const thresholds = readFileSync(THRESHOLDS_FILE, 'utf8');

describe('the thresholds', () => {
  const change = (from: string | RegExp, to: string) => readAlertSettings(thresholds.replace(from, to));

  it('are taken over into rule and query', () => {
    const rules = alertRules(change('targets: 200', 'targets: 7'));
    expect(rules.find(({ uid }) => uid === 'netobserv-scan')?.fires).toEqual({ when: 'above', than: 7 });
  });

  it('take filters for what is known and accepted', () => {
    const own = change('  bytes: 1000', `  bytes: 1000\n  where: ['src_namespace!="legacy"']`);
    const rule = alertRules(own).find(({ uid }) => uid === 'netobserv-insecure-protocol');
    expect(rule?.expr).toContain('SrcK8S_Namespace!="legacy"');
    expect(rule?.flows).toContain(encodeURIComponent('src_namespace!="legacy"'));
  });

  /** What documents show of `where`, by the rule that it is for. */
  const documented: ReadonlyArray<readonly [rule: string, where: string]> = [
    ...[...readFileSync(pathOf('docs/alerts.md'), 'utf8').matchAll(/```yaml\n(.*?)```/gs)].flatMap(([, text]) =>
      Object.entries(parse(text!) as Record<string, { where?: unknown }>).flatMap(([rule, { where }]) =>
        where === undefined ? [] : [[rule, JSON.stringify(where)] as const]
      )
    ),
    ...[...thresholds.matchAll(/^# +where: (.*)$/gm)].map(
      ([, where], index) => [['insecureProtocol', 'scan'][index]!, where!] as const
    ),
  ];

  it('are documented with filters in four places', () => {
    expect(documented.map(([rule]) => rule)).toEqual(['insecureProtocol', 'scan', 'insecureProtocol', 'scan']);
  });

  const SUM_RULES = ['insecureProtocol', 'externalEgress', 'trafficStopped', 'dnsSurge'];

  it.each(documented)('take the documented filters for %s: %s', (rule, where) => {
    for (const name of rule === 'scan' ? ['scan'] : SUM_RULES) {
      const own = change(`\n${name}:\n`, `\n${name}:\n  where: ${where}\n`);
      expect(own[name as 'scan'].where).toHaveLength((parse(where) as string[]).length);
      expect(alertRules(own)).toHaveLength(alertRules(settings).length);
    }
  });

  it.each(
    SUM_RULES.flatMap((rule) =>
      [
        ['dst_ip!=198.51.100.23', 'DstAddr'],
        ['src_name!=jump-host', 'SrcK8S_Name'],
        ['exporter!=10.0.0.1', 'AgentIP'],
        ['direction=egress', 'FlowDirection'],
        ['bytes>5000', 'Bytes'],
        ['src_port>=1024', 'SrcPort'],
      ].map(([filter, field]) => [rule, filter!, field!] as const)
    )
  )('refuse for %s, which reads sums, %s', (rule, filter, field) => {
    const where = `['src_namespace!="legacy"', '${filter}']`;
    expect(() => change(`\n${rule}:\n`, `\n${rule}:\n  where: ${where}\n`)).toThrow(
      new RegExp(`${rule}\\.where\\.1: ${filter.slice(0, 5)}.* needs ${field}\\b.*: filter by namespace`)
    );
  });

  it.each([
    ['an unknown setting', /forMinutes: 1/, 'forMinute: 1', 'insecureProtocol'],
    ['a port that sums do not keep', 'ports: [20', 'ports: [40000', 'insecureProtocol.ports.0'],
    ['a filter that is none', '  bytes: 1000', '  bytes: 1000\n  where: [nonsense=1]', 'docs/filters.md'],
    ['a share above 1', 'share: 0.02', 'share: 2', 'trafficStopped.share'],
    ['a share that nothing is below', 'share: 0.02', 'share: 0', 'trafficStopped.share'],
  ])('refuse %s by name', (_, from, to, named) => {
    expect(() => change(from, to)).toThrow(named);
  });

  it('are where the document says that the provisioned file has them', () => {
    const [, compared, asked] = /expression \(`B`\): (.*?)\. All else(.*?)filters/s.exec(
      readFileSync(pathOf('docs/alerts.md'), 'utf8')
    )!;
    const names = (text: string) => new Set([...text.matchAll(/`([a-z]\w+)`/gi)].map(([, name]) => name!));
    const [inB, inA] = [names(compared!), names(asked!)];
    const numbers = Object.entries(settings).flatMap(([rule, values]) =>
      Object.entries(values)
        .filter(([name]) => name !== 'forMinutes' && (inA.has(name) || inB.has(name)))
        .map(([name]) => [rule, name] as const)
    );
    expect(new Set(numbers.map(([, name]) => name))).toEqual(new Set([...inA, ...inB]));
    for (const [rule, name] of numbers) {
      const own = settings as unknown as Record<string, Record<string, unknown>>;
      const changed = { ...settings, [rule]: { ...own[rule], [name]: name === 'ports' ? [23] : 0.5 } };
      const differs = (part: 'expr' | 'fires') =>
        alertRules(changed).some(
          (one, index) => JSON.stringify(one[part]) !== JSON.stringify(alertRules(settings)[index]![part])
        );
      expect([rule, name, differs('expr'), differs('fires')]).toEqual([rule, name, inA.has(name), inB.has(name)]);
    }
  });

  it('are all read: nothing in the file is without use', () => {
    expect(Object.keys(parse(thresholds) as object)).toEqual(Object.keys(settings));
  });
});
