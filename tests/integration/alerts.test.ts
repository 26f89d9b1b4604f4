import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rulesFile } from '../../provisioning/alerts/file';
import { alertRules } from '../../provisioning/alerts/rules';
import { readAlertSettings } from '../../provisioning/alerts/settings';
import { locateGrafana, startGrafana, type RunningGrafana } from '../../stack/grafana/grafana';
import { startLoki, type RunningLoki } from '../../stack/loki/loki';
import { writeDemoHistory } from './alerts/demoHistory';
import { lokiAtAnotherTime, type LokiAtAnotherTime } from './alerts/lokiAtAnotherTime';
import { ruleStates, type RuleState } from './alerts/ruleStates';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MINUTE_MS = 60_000;
/** The shipped rules with the shipped thresholds and queries; only how often they are evaluated differs. */
const PACE = { interval: '10s', for: '10s' };
const RULES = alertRules(readAlertSettings());

/** Minutes of the history. */
const START_MS = Math.floor((Date.now() - 3.6 * 60 * MINUTE_MS) / (10 * MINUTE_MS)) * 10 * MINUTE_MS;
const at = (minute: number) => START_MS + minute * MINUTE_MS;
const INCIDENTS_FROM = 120;
const INCIDENTS_TO = 150;
const DOWN = { from: 180, to: 190 };
const END = 200;

const location = locateGrafana();

describe.skipIf(location === undefined)(
  `the alert rules in a real Grafana${location === undefined ? ' (skipped: no Grafana; set GRAFANA_HOME)' : ''}`,
  () => {
    let folder: string;
    let loki: RunningLoki;
    let clock: LokiAtAnotherTime;
    let grafana: RunningGrafana;
    /** The states that each rule went through, as they were seen. */
    const seen = new Map<string, string[]>();

    const look = async (): Promise<Map<string, RuleState>> => {
      const states = await ruleStates(grafana.url);
      for (const [title, { state }] of states) {
        const before = seen.get(title) ?? [];
        if (before.at(-1) !== state) {
          seen.set(title, [...before, state]);
        }
      }
      return states;
    };

    /** Sets the clock and waits until rules are as wanted; the others may be anything. */
    const until = async (minute: number, wanted: Readonly<Record<string, string>>) => {
      clock.setClock(at(minute));
      const isAsWanted = (states: Map<string, RuleState>) =>
        Object.entries(wanted).every(([title, state]) => states.get(title)?.state === state);
      let states = await look();
      for (const give = Date.now() + 90_000; !isAsWanted(states) && Date.now() < give;) {
        await sleep(500);
        states = await look();
      }
      expect(Object.fromEntries(Object.keys(wanted).map((title) => [title, states.get(title)?.state]))).toEqual(wanted);
      expect([...states.values()].map(({ health, lastError }) => [health, lastError])).toEqual(
        [...states].map(() => ['ok', undefined])
      );
      return states;
    };

    beforeAll(async () => {
      vi.stubEnv('LOKI_URL', '');
      folder = mkdtempSync(join(tmpdir(), 'netobserv-alerts-'));
      loki = await startLoki({ dataDir: join(folder, 'loki') });
      const time = { fromMs: at(INCIDENTS_FROM), toMs: at(INCIDENTS_TO) };
      await writeDemoHistory(loki.url, {
        fromMs: START_MS,
        toMs: at(END),
        incidents: (['telnet', 'exfiltration', 'scan', 'outage'] as const).map((name) => ({ name, ...time })),
        storesFlowsAt: (ms) => ms > at(INCIDENTS_FROM - 10),
        reportsAt: (ms) => ms < at(DOWN.from) || ms > at(DOWN.to),
      });
      clock = await lokiAtAnotherTime(loki.url);
      clock.setClock(at(INCIDENTS_FROM - 2));
      const provisioning = join(folder, 'provisioning');
      cpSync(join(ROOT, 'provisioning', 'datasources'), join(provisioning, 'datasources'), { recursive: true });
      mkdirSync(join(provisioning, 'alerting'));
      writeFileSync(join(provisioning, 'alerting', 'rules.yaml'), rulesFile(RULES, PACE));
      // Rules need no app: a folder that holds its description stands in for the built one.
      grafana = await startGrafana({
        location,
        pluginDir: join(ROOT, 'src'),
        provisioningDir: provisioning,
        lokiUrl: clock.url,
        dataDir: join(folder, 'grafana'),
        anonymous: 'Admin',
      });
    }, 240_000);

    afterAll(async () => {
      await grafana?.stop();
      await clock?.stop();
      await loki?.stop();
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true, force: true });
    });

    const titles = RULES.map(({ title }) => title);
    const ofTraffic = RULES.filter(({ group }) => group === 'Traffic').map(({ title }) => title);
    const all = (names: readonly string[], state: string) => Object.fromEntries(names.map((name) => [name, state]));

    it('all are Normal while nothing is wrong', async () => {
      await until(INCIDENTS_FROM - 2, all(titles, 'inactive'));
    });

    it('broken datagrams: flows lost', async () => {
      const states = await until(INCIDENTS_FROM + 9, { 'Flows lost by the collector': 'firing' });
      expect(states.get('Flows lost by the collector')?.summaries.join()).toMatch(
        /lost in ten minutes: malformed of 127/
      );
    });

    it('an incident of each kind: every rule on traffic, and the silent exporter', async () => {
      const states = await until(INCIDENTS_FROM + 25, {
        ...all(ofTraffic, 'firing'),
        'Exporter silent': 'firing',
        'Flows lost by the collector': 'inactive',
      });
      const found = Object.fromEntries([...states].map(([title, { summaries }]) => [title, summaries.join()]));
      expect(found).toEqual({
        'Insecure protocol in use': 'shop/catalog talks to port 23 of EXT:internet in the clear',
        'External egress far above usual': expect.stringMatching(
          /^shop\/cart sends \d+(\.\d+)? times the usual to the outside$/
        ) as string,
        // At some hours of the day those who watch its media get next to nothing else.
        'Traffic of a namespace stopped': expect.stringMatching(/(^|,)namespace mywebapp gets 0[.\d]*% of/) as string,
        'Traffic of a Service stopped': expect.stringMatching(/^Service mywebapp\/mywebapp gets 0[.\d]*% of/) as string,
        'One peer scans many ports or hosts': expect.stringMatching(
          /^media-clients\/uploader-\w+-\w+ \([\d.]+\) has tried [\d.]+k pairs/
        ) as string,
        'DNS volume surge': expect.stringMatching(/^media-clients\/uploader asks [\d.]+ times as much/) as string,
        'Exporter silent': 'Exporter 127.0.1.4 has sent nothing for 5 minutes',
        'Flows lost by the collector': '',
        'Collector silent': '',
      });
      expect(states.get('Insecure protocol in use')?.links).toEqual([
        expect.stringMatching(
          /\/a\/netobserv-flows-app\/flows\?from=now-2h&to=now&var-ds=netobserv-loki&filter=src_namespace%3D%22shop%22&filter=src_workload%3D%22catalog%22&filter=dst_namespace%3D%22%22&filter=dst_workload%3D%22%22&filter=dst_subnet%3D%22EXT%3Ainternet%22&filter=dst_port%3D23$/
        ),
      ]);
    });

    it('all are Normal again when it is over', async () => {
      await until(INCIDENTS_TO + 22, all(titles, 'inactive'));
    });

    it('a collector that is down is told, and its exporters and Services are not blamed', async () => {
      const others = titles.filter((title) => title !== 'Collector silent');
      await until(DOWN.to - 2, { ...all(others, 'inactive'), 'Collector silent': 'firing' });
      await until(DOWN.to + 8, all(titles, 'inactive'));
    });

    it('each went from Normal by Pending to Alerting and back, once', () => {
      expect(Object.fromEntries(seen)).toEqual(
        Object.fromEntries(titles.map((title) => [title, ['inactive', 'pending', 'firing', 'inactive']]))
      );
    });
  }
);
