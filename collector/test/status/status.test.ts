import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { statusCommand, type StatusOptions } from '../../src/commands/status';
import { Counts } from '../../src/counts';
import { StatusServer } from '../../src/http';
import { statusOf, type Status } from '../../src/status';
import { newFolder } from '../spool/folder';

const NOW = 1_790_000_000_000;
const rollups = { rollupsStored: 0, rollupsLost: 0 };
const loki = {
  pendingFlows: 7,
  recoveredFlows: 20,
  queueBytes: 0,
  streams: 0,
  workloads: 0,
  retries: 0,
  folded: 0,
  ...rollups,
};
const rest = {
  uptimeSeconds: 300,
  listen: ['2055'],
  flowsPerSecond: 12.5,
  kernelDrops: 3,
  templates: 88,
  waitingSets: 2,
  nameOf: () => undefined,
};

/** Counts of two exporters, one of which loses and whose clock is wrong. */
function counts(): Counts {
  const counted = new Counts();
  for (let second = 0; second <= 10; second++) {
    counted.received('10.0.0.1', 100, NOW - 5000);
    counted.message('10.0.0.1', 10, 400);
    counted.decoded('10.0.0.1', 30, 400);
    counted.sample(NOW + second * 1000);
  }
  counted.received('fd00::2', 100, NOW - 7_200_000);
  counted.message('fd00::2', 9, -90_000);
  counted.message('fd00::2', 5, -90_000);
  counted.decoded('fd00::2', 5);
  counted.stored('10.0.0.1', 300);
  counted.lost('sequence_gap', 'fd00::2', 1234);
  counted.lost('no_template', 'fd00::2', 2);
  return counted;
}

const status = (parts = {}) => statusOf(counts(), loki, parts, rest);

let server: StatusServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function run(options: StatusOptions = {}, answer?: Status) {
  const out: string[] = [];
  const err: string[] = [];
  let { url } = options;
  if (answer !== undefined) {
    server = await StatusServer.start(
      { host: '127.0.0.1', port: 0 },
      { readiness: () => ({}), metrics: async () => '', metricsType: '', status: () => answer }
    );
    url = `http://127.0.0.1:${server.port}`;
  }
  const io = {
    env: {},
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
  };
  const code = await statusCommand({ ...options, url }, io, NOW);
  return { code, out: out.join(''), err: err.join('') };
}

describe('the status', () => {
  it('tells of every exporter: versions, last seen, rate, sampling, clock, losses', () => {
    expect(status().exporters).toEqual([
      {
        address: '10.0.0.1',
        versions: [10],
        lastMs: NOW - 5000,
        flowsPerSecond: 30,
        datagrams: 11,
        decoded: 330,
        duplicates: 0,
        stored: 300,
        sampling: 400,
        clockSkewMs: 400,
        lost: {},
      },
      expect.objectContaining({
        address: 'fd00::2',
        versions: [5, 9],
        clockSkewMs: -90_000,
        lost: { sequence_gap: 1234, no_template: 2 },
      }),
    ]);
  });

  it('follows a clock that is put right', () => {
    const counted = counts();
    for (let i = 0; i < 200; i++) {
      counted.message('fd00::2', 9, 0);
    }
    expect(statusOf(counted, loki, {}, rest).exporters[1]?.clockSkewMs).toBeCloseTo(0, 0);
  });

  it('tells 200 exporters apart, whatever addresses are made up', () => {
    const counted = new Counts();
    for (let host = 0; host < 5000; host++) {
      counted.received(`10.0.${host >> 8}.${host & 255}`, 1, NOW);
      counted.message(`10.0.${host >> 8}.${host & 255}`, 10, 0);
      counted.lost('sequence_gap', `10.0.${host >> 8}.${host & 255}`, 1);
    }
    const { exporters, lost } = statusOf(counted, loki, {}, rest);
    expect(exporters).toHaveLength(201);
    expect(lost).toEqual({ sequence_gap: 5000 });
  });
});

describe('collector status', () => {
  it('prints figures and a table of exporters', async () => {
    const { code, out } = await run({}, status());
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'state                  ready',
      'up                     5 min',
      'listens on             2055',
      'flows a second         12.5',
      'datagrams              12',
      'decoded                335, and 20 from the spool at the start',
      'stored                 300',
      'pending                7',
      'spool                  none',
      'templates              88; 2 data sets wait for one',
      'dropped by the kernel  3',
      'lost                   1,234 sequence_gap, 2 no_template',
      '',
      'exporter  sends   last seen  flows/s  flows  stored  sampling  clock        lost',
      '10.0.0.1  IPFIX   5 s ago    30       330    300     1 in 400  right        nothing',
      'fd00::2   v5, v9  2 h ago    0        5      0       -         90 s behind  1,234 sequence_gap, 2 no_template',
      '',
    ]);
  });

  it('says what is not ready, and exits with 2', async () => {
    const { code, out } = await run({}, status({ loki: { ok: false, reason: 'Loki: away\u001b[2J' } }));
    expect(code).toBe(2);
    expect(out).toContain('not ready: Loki: away?[2J');
  });

  it('prints the answer itself with --json', async () => {
    const { out } = await run({ json: true }, status());
    expect(JSON.parse(out)).toEqual(status());
  });

  it('finds the address in the configuration', async () => {
    server = await StatusServer.start(
      { host: '127.0.0.1', port: 0 },
      { readiness: () => ({}), metrics: async () => '', metricsType: '', status: () => status() }
    );
    const config = join(newFolder(), 'collector.yaml');
    writeFileSync(config, `loki: {url: "http://127.0.0.1:1"}\nhttp: {listen: "127.0.0.1:${server.port}"}\n`);
    expect((await run({ config })).code).toBe(0);
    rmSync(config);
    expect(await run({ config })).toMatchObject({ code: 1, err: expect.stringContaining('there is no such file') });
  });

  it.each([
    [
      'http://127.0.0.1:1',
      /^no collector answers at http:\/\/127\.0\.0\.1:1\/status: .*; start it, or name its http\.listen/,
    ],
    ['collector:9469', /^--url: 'collector:9469' is no http or https address; write one like http/],
  ])('says what to do where %s does not answer', async (url, message) => {
    const { code, err } = await run({ url });
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });
});
