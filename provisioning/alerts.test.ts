import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LOSS_STAGES } from '../collector/src/flow';
import { filtersFromUrl, parseFilterText } from '../src/flow/index';
import { LOKI_UID } from './alerts/dataSource';
import { rulesFile } from './alerts/file';
import { alertRules } from './alerts/rules';
import { readAlertSettings } from './alerts/settings';
import { pathOf, readYaml } from './files';

interface RuleModel {
  readonly uid: string;
  readonly title: string;
  readonly condition: string;
  readonly noDataState: string;
  readonly execErrState: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly data: ReadonlyArray<{ readonly refId: string; readonly datasourceUid: string; readonly model: unknown }>;
}

interface RulesFile {
  readonly groups: ReadonlyArray<{ readonly name: string; readonly rules: readonly RuleModel[] }>;
}

/** A part of an annotation that depends on a label: what stands there with it, and without. */
const BRANCH = /\{\{ if \$labels\.\w+ \}\}(.*?)(?:\{\{ else if \$values \}\}(.*?))?\{\{ end \}\}/g;

const FILE = 'provisioning/alerting/network-observability.yaml';
const shipped = readYaml<RulesFile>(FILE).groups.flatMap(({ rules }) => rules);
const settings = readAlertSettings();

describe('the provisioned alert rules', () => {
  it('are what the thresholds make of them', () => {
    expect(readFileSync(pathOf(FILE), 'utf8'), 'run `npm run alerts`').toBe(rulesFile(alertRules(settings)));
  });

  it('ask the data source that is provisioned beside them', () => {
    const { datasources } = readYaml<{ datasources: Array<{ uid: string }> }>('provisioning/datasources/loki.yaml');
    expect(datasources.map(({ uid }) => uid)).toEqual([LOKI_UID]);
    const asked = new Set(shipped.flatMap(({ data }) => data.map(({ datasourceUid }) => datasourceUid)));
    expect([...asked].sort()).toEqual(['__expr__', LOKI_UID]);
  });

  it('have names and uids of their own', () => {
    expect(new Set(shipped.map(({ uid }) => uid)).size).toBe(shipped.length);
    expect(new Set(shipped.map(({ title }) => title)).size).toBe(shipped.length);
  });

  it('are told apart from one another when Loki does not answer: one rule says so', () => {
    const loud = shipped.filter(({ execErrState }) => execErrState !== 'KeepLast');
    expect(loud.map(({ title, execErrState }) => [title, execErrState])).toEqual([['Collector silent', 'Error']]);
  });

  it.each(shipped.map((rule) => [rule.title, rule] as const))('%s says what happened and what to do', (_, rule) => {
    expect(rule.annotations['summary']?.length).toBeGreaterThan(20);
    expect(rule.annotations['description']?.length).toBeGreaterThan(20);
    expect(rule.annotations['runbook']?.length).toBeGreaterThan(100);
    expect(rule.labels).toMatchObject({ app: 'netobserv-flows' });
    expect(rule.noDataState).toBe('OK');
  });

  it.each(alertRules(settings).map((rule) => [rule.title, rule] as const))(
    '%s links to the flow table with filters that it reads',
    (_, { flows }) => {
      // As Grafana fills the template in: for labels of one letter, and for an alert without any.
      for (const hasLabels of [true, false]) {
        const link = flows
          .replace('{{ externalURL }}', 'http://grafana/')
          .replace(BRANCH, (_match, label: string, empty = '') => (hasLabels ? label : empty))
          .replace(/\{\{ urlquery \(printf "(\w+)=%s" (.*?)\) \}\}/g, (_match, keyword: string, value: string) =>
            encodeURIComponent(
              `${keyword}=${value.startsWith('(') ? '"a"' : keyword.endsWith('port') ? '1' : '10.0.0.1'}`
            )
          );
        const url = new URL(link);
        expect(url.pathname).toBe('/a/netobserv-flows-app/flows');
        expect(url.searchParams.get('var-ds')).toBe(LOKI_UID);
        const read = filtersFromUrl({ filter: url.searchParams.getAll('filter') });
        expect(read.problems).toEqual([]);
        expect(read.set.filters).toHaveLength(url.searchParams.getAll('filter').length);
      }
    }
  );

  it.each(
    alertRules(settings)
      .filter(({ group }) => group === 'Traffic')
      .map((rule) => [rule.title, rule] as const)
  )('%s links to just the flows of its groups, those without a value included', (_, { expr, flows }) => {
    const groups = [...expr.matchAll(/\b(?:sum|count) by \(([^)]*)\)/g)].map(([, names]) => names!.split(', '));
    const told = [...flows.matchAll(BRANCH)].map(([branch]) => /\$labels\.(\w+)/.exec(branch)![1]!);
    // An address is enough to tell a peer; which collector wrote a line is not of the flows.
    const names = groups[0]!.includes('SrcAddr') ? ['SrcAddr'] : groups[0]!;
    expect(told.sort()).toEqual([...names].sort());
    for (const [, , empty] of flows.matchAll(BRANCH)) {
      expect(empty).toMatch(/^&filter=\w+%3D%22%22$/);
    }
  });
});

describe('the flows of a rule on exporters', () => {
  const links = alertRules(settings).filter(({ flows }) => flows.includes('exporter='));
  const labels = (expr: string, exporter: string) => {
    const [, label, pattern] = /"(\w+)", "\$1", "Exporter", "([^"]+)"/.exec(expr)!;
    const [, address] = new RegExp(`^(?:${pattern})$`).exec(exporter) ?? [];
    return address === undefined ? {} : { [label!]: address };
  };

  it.each(links.map((rule) => [rule.title, rule] as const))('%s: are those of an address', (_, { expr, flows }) => {
    const [, label = ''] = /\{\{ if \$labels\.(\w+) \}\}&filter=\{\{ urlquery \(printf "exporter=/.exec(flows)!;
    for (const address of ['10.0.0.7', '2001:db8::1', '::ffff:10.0.0.7']) {
      expect(labels(expr, address)).toEqual({ [label]: address });
      expect(filtersFromUrl({ filter: [`exporter=${address}`] }).problems).toEqual([]);
    }
    for (const none of ['other', 'unknown', '0.0.0.0:2055', '[::]:2055', '2055']) {
      expect(labels(expr, none)).toEqual({});
    }
  });

  it('are linked by two rules', () => {
    expect(links.map(({ title }) => title)).toEqual(['Flows lost by the collector', 'Exporter silent']);
  });
});

it('the runbook of lost flows names reasons as the collector does', () => {
  const { runbook, expr } = alertRules(settings).find(({ uid }) => uid === 'netobserv-flows-lost')!;
  // `reason and reason: what to do.`
  const named = [...runbook.matchAll(/(?<=\. )([^:.]+):/g)].flatMap(([, reasons]) => reasons!.split(/, | and /));
  expect(named).toEqual(
    expect.arrayContaining(['queue_full', 'spool_full', 'kernel_drops', 'sequence_gap', 'refused'])
  );
  const kernelDrops = /"Reason", "(\w+)"/.exec(expr)![1];
  const known: ReadonlyArray<string | undefined> = [...Object.keys(LOSS_STAGES), kernelDrops];
  expect(named.filter((reason) => !known.includes(reason))).toEqual([]);
});

describe('keys that were folded together', () => {
  /** Which lines of sums a rule reads, as its selectors have it, by the stretch of time. */
  const read = (uid: string) => {
    const { expr } = alertRules(settings).find((rule) => rule.uid === uid)!;
    const found = expr.matchAll(/level="workload", (folded[^}]*)\}.*?\[\d+s\] offset (\d+)s/g);
    return [...new Set([...found].map(([, matcher, offset]) => `${matcher} ${offset}s ago`))].sort();
  };
  const HOUR_AGO = ['3690s', '4290s', '4890s'];

  it.each(['insecure-protocol', 'external-egress', 'dns-surge'])('are no workload that %s could be about', (uid) => {
    expect(new Set(read(`netobserv-${uid}`).map((one) => one.split(' ')[0]))).toEqual(new Set(['folded=""']));
  });

  it('may be a namespace’s where they do not name it', () => {
    expect(read('netobserv-namespace-stopped')).toEqual(
      ['folded="all" 90s ago', ...['90s', ...HOUR_AGO].map((offset) => `folded!="all" ${offset} ago`)].sort()
    );
  });

  it('may be a Service’s where they name its namespace, or nothing', () => {
    expect(read('netobserv-service-stopped')).toEqual(
      [
        'folded="all" 90s ago',
        'folded="detail" 90s ago',
        ...['90s', ...HOUR_AGO].map((offset) => `folded="" ${offset} ago`),
      ].sort()
    );
  });

  it('are looked at by those filters alone that they can decide', () => {
    const { trafficStopped } = settings;
    const where = ['src_workload="cart"', 'src_namespace="shop"'].flatMap((text) => {
      const parsed = parseFilterText(text);
      return parsed.ok ? parsed.value : [];
    });
    const rules = alertRules({ ...settings, trafficStopped: { ...trafficStopped, where } });
    const { expr } = rules.find(({ uid }) => uid === 'netobserv-service-stopped')!;
    const [, detail] = /folded="detail"\}([^[]*)\[/.exec(expr)!;
    expect(detail).toContain('SrcK8S_Namespace="shop"');
    expect(detail).not.toContain('OwnerName=');
    expect(/folded="all"\}([^[]*)\[/.exec(expr)![1]).not.toContain('="shop"');
  });
});

describe('the flows of a rule on silence', () => {
  const hours = (rules: ReturnType<typeof alertRules>) =>
    rules
      .filter(({ title }) => title.endsWith('silent'))
      .map(({ title, flows }) => [title, /from=now-(\d+)h&/.exec(flows)?.[1]]);

  it('are looked for an hour longer than its alert stays', () => {
    const { exporterSilent, collectorSilent } = settings;
    const longer = alertRules({
      ...settings,
      exporterSilent: { ...exporterSilent, lookBackHours: 10 },
      collectorSilent: { ...collectorSilent, lookBackHours: 48 },
    });
    expect(hours(longer)).toEqual([
      ['Exporter silent', '11'],
      ['Collector silent', '49'],
    ]);
  });
});
