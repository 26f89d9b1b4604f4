import { testConnection, type Probes } from './connectionTest';

const NOW = 1_764_000_000_000;
const LABELS = ['SrcK8S_Namespace', 'DstK8S_Namespace', 'FlowDirection', 'app'];

/** Labels of flows; of streams that there are not there are none. */
const labelled =
  (labels: readonly string[]): Probes['labels'] =>
  (_uid, _range, selector) =>
    Promise.resolve(selector?.includes('netobserv-none') === true ? [] : [...labels]);

function probes(overrides: Partial<Probes> = {}): Probes {
  return {
    dataSourceName: () => Promise.resolve('Loki'),
    labels: labelled(LABELS),
    newest: () => Promise.resolve(NOW - 30_000),
    now: () => NOW,
    ...overrides,
  };
}

const states = async (...args: Parameters<typeof testConnection>) =>
  (await testConnection(...args)).map(({ state }) => state);

describe('the connection test', () => {
  it('finds all three parts there, and tells the age of the newest flow', async () => {
    const findings = await testConnection('uid', probes());
    expect(findings.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
    expect(findings[2]?.message).toBe('The newest flow is 30 seconds old.');
  });

  it('says that no data source is chosen, and looks no further', async () => {
    const findings = await testConnection(undefined, probes());
    expect(findings.map(({ state }) => state)).toEqual(['missing', 'unknown', 'unknown']);
    expect(findings[0]?.message).toMatch(/No Loki data source is chosen/);
    expect(findings[0]?.remedy).toMatch(/Choose one/);
  });

  it('says that the data source is gone, with what Grafana said', async () => {
    const dataSourceName = () => Promise.reject(new Error('Datasource uid was not found'));
    const [finding, ...others] = await testConnection('uid', probes({ dataSourceName }));
    expect(finding).toMatchObject({ state: 'missing', said: 'Datasource uid was not found' });
    expect(finding?.remedy).toMatch(/another data source/);
    expect(others.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
  });

  it('says that Loki cannot be reached', async () => {
    const labels = () => Promise.reject({ status: 502, data: { message: 'dial tcp: connection refused' } });
    const [finding] = await testConnection('uid', probes({ labels }));
    expect(finding?.message).toMatch(/cannot be reached/);
    expect(finding?.remedy).toMatch(/Loki runs/);
  });

  it('says that no stream is of flows', async () => {
    const labels: Probes['labels'] = (_uid, _range, selector) => Promise.resolve(selector === undefined ? ['job'] : []);
    const [, finding] = await testConnection('uid', probes({ labels, newest: () => Promise.resolve(undefined) }));
    expect(finding).toMatchObject({ step: 'labels', state: 'missing' });
    expect(finding?.message).toContain('app="netobserv-flowcollector"');
    expect(finding?.remedy).toMatch(/collector/);
  });

  it('says that Loki parts streams, of which repeated pushes would be stored twice', async () => {
    const labels = labelled([...LABELS, '__stream_shard__']);
    const [, finding, flows] = await testConnection('uid', probes({ labels }));
    expect(finding).toMatchObject({ step: 'labels', state: 'odd' });
    expect(finding?.remedy).toMatch(/shard_streams.enabled to false/);
    expect(flows?.state).toBe('ok');
  });

  it('says that Loki is too old to tell labels of flows from others, and still looks for flows', async () => {
    const labels = () => Promise.resolve([...LABELS, 'job']);
    const [, finding, flows] = await testConnection('uid', probes({ labels }));
    expect(finding).toMatchObject({ step: 'labels', state: 'odd' });
    expect(finding?.remedy).toMatch(/3\.1 or later/);
    expect(flows?.state).toBe('ok');
  });

  it('says that flows lack namespaces, and still looks for flows', async () => {
    const labels = labelled(['app', 'FlowDirection']);
    expect(await states('uid', probes({ labels }))).toEqual(['ok', 'odd', 'ok']);
  });

  it('tells how old the newest flow is where none is recent', async () => {
    const asked: number[] = [];
    const newest: Probes['newest'] = (_uid, range) => {
      asked.push(range.from.valueOf());
      return Promise.resolve(asked.length === 1 ? undefined : NOW - 3 * 3_600_000 - 5);
    };
    const [, , finding] = await testConnection('uid', probes({ newest }));
    expect(asked).toEqual([NOW - 900_000, NOW - 86_400_000]);
    expect(finding).toMatchObject({ state: 'missing', message: 'The newest flow is 3 hours old.' });
  });

  it('says that there are no flows at all', async () => {
    const [, , finding] = await testConnection('uid', probes({ newest: () => Promise.resolve(undefined) }));
    expect(finding?.message).toMatch(/No flow of the last 24 hours/);
    expect(finding?.remedy).toMatch(/exporters/);
  });

  it('takes a flow of the future for a wrong clock', async () => {
    const [, , finding] = await testConnection('uid', probes({ newest: () => Promise.resolve(NOW + 300_000) }));
    expect(finding?.message).toBe('The newest flow ended 5 minutes in the future.');
    expect(finding?.remedy).toMatch(/clocks/);
  });
});
