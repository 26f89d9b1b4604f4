import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { replayCommand } from '../../src/commands/replay';
import { Pacer, parsePace, type Clock, type Pace } from '../../src/commands/replay/pacer';
import { CAPTURES, hasCaptures, noCaptures, testDecoder } from '../decode/captures';
import { ipfix, set, SHORT, short, template } from '../decode/messages';
import { jsonLinesOf, startPushServer } from '../loki/pushServer';

const folder = mkdtempSync(join(tmpdir(), 'flows-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

const undo: Array<() => unknown> = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) {
    await step();
  }
});

function write(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const line = (t: number, src: string, payload: Buffer) =>
  JSON.stringify({ t, src, port: 4739, hex: payload.toString('hex') });

/** Two exporters that give the same template number another meaning. */
const capture = write(
  'two.jsonl',
  [
    line(1000, '10.1.0.1', ipfix([set(2, template(256, ...SHORT))])),
    line(1000.5, '10.1.0.2', ipfix([set(2, template(256, [12, 4], [8, 4], [1, 4], [2, 4]))])),
    line(1002, '10.1.0.1', ipfix([set(256, short(1))])),
    line(1002, '10.1.0.2', ipfix([set(256, short(2))])),
  ].join('\n')
);

async function run(files: string[], options: Parameters<typeof replayCommand>[1], clock?: Clock) {
  let [out, err] = ['', ''];
  const io = {
    env: {},
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
  };
  const code = await replayCommand(files, options, io, clock);
  return { code, out, err: err.replaceAll(`${folder}/`, '') };
}

/** A UDP socket and a decoder behind it. */
async function listen() {
  const { decode } = testDecoder();
  const flows: string[] = [];
  const sources = new Set<string>();
  const socket = createSocket('udp4');
  socket.on('message', (payload, { address }) => {
    sources.add(address);
    flows.push(...decode(payload, { address }).map(({ record }) => `${record.SrcAddr} ${record.DstAddr}`));
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  undo.push(() => socket.close());
  return { to: `127.0.0.1:${socket.address().port}`, flows, sources };
}

/** A clock that nobody waits for, and how long it was slept by it. */
function testClock() {
  const sleeps: number[] = [];
  let now = 0;
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      sleeps.push(ms);
      now += ms;
    },
  };
  return { clock, sleeps };
}

describe('collector replay', () => {
  it('sends what was recorded, each exporter by itself', async () => {
    const { to, flows, sources } = await listen();
    const { code, out, err } = await run([capture], { to, pace: 'asap' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^4 datagrams in \d+\.\d s, \d+ a second\n$/);
    // On systems with one loopback address only, both exporters are one, and the second template counts for both.
    await expect.poll(() => flows).toHaveLength(2);
    expect(flows).toEqual(sources.size === 2 ? ['10.0.0.1 10.0.1.1', '10.0.1.1 10.0.0.2'] : expect.anything());
  });

  it('keeps the pauses of the recording', async () => {
    const { to } = await listen();
    const { clock, sleeps } = testClock();
    await run([capture], { to }, clock);
    expect(sleeps).toEqual([500, 1500]);
    sleeps.length = 0;
    await run([capture], { to, pace: 'original*10' }, clock);
    expect(sleeps.map(Math.round)).toEqual([50, 150]);
  });

  it('goes on at once with the next file, though it was recorded days later', async () => {
    const { to } = await listen();
    const DAYS_S = 3 * 86_400;
    const later = write(
      'later.jsonl',
      [2, 3].map((second) => line(DAYS_S + second, '10.1.0.1', ipfix([set(256, short(1))]))).join('\n')
    );
    const { clock, sleeps } = testClock();
    await run([capture, later], { to }, clock);
    expect(sleeps).toEqual([500, 1500, 1000]);
  });

  it('goes straight into the stages and to Loki', async () => {
    const loki = await startPushServer(() => ({ status: 204 }));
    undo.push(() => loki.close());
    const config = write('collector.yaml', `loki: {url: "${loki.url}", workloads: false}\nlog: {level: silent}\n`);
    const { code, out, err } = await run([capture], { config });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^4 datagrams in .*\n2 flows decoded, 2 stored, lost: \{\}\n$/);
    // Facts on buckets, which are sent as well, name no exporter.
    const exporters = loki.pushes.flatMap(jsonLinesOf).flatMap(({ AgentIP }) => AgentIP ?? []);
    expect(exporters.sort()).toEqual(['10.1.0.1', '10.1.0.2']);
  });

  it('leaves alone what is of the collector with that configuration: its spool, its saved sums, its place in Kafka', async () => {
    const loki = await startPushServer(() => ({ status: 204 }));
    undo.push(() => loki.close());
    let connections = 0;
    const broker = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    broker.listen(0, '127.0.0.1');
    await once(broker, 'listening');
    undo.push(() => broker.close());
    const spool = join(folder, 'spool');
    const saved = write('sums.json', 'sums');
    const settings = {
      loki: { url: loki.url, workloads: false },
      spool: { path: spool },
      aggregate: { stateFile: saved },
      kafka: { role: 'store', brokers: [`127.0.0.1:${(broker.address() as AddressInfo).port}`] },
      log: { level: 'silent' },
    };
    const { code, out, err } = await run([capture], { config: write('own.yaml', JSON.stringify(settings)) });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('2 flows decoded, 2 stored, lost: {}');
    expect(readFileSync(saved, 'utf8')).toBe('sums');
    expect([existsSync(spool), connections]).toEqual([false, 0]);
  });

  it.skipIf(!hasCaptures)(`sends every flow of a real capture${noCaptures}`, async () => {
    const { to, flows } = await listen();
    const { code } = await run([`${CAPTURES}/recorded/ovs.jsonl`], { to, pace: '2000' });
    expect(code).toBe(0);
    await expect.poll(() => flows).toHaveLength(17);
  });

  it.each([
    [
      { to: 'router:2055' },
      "cannot replay: --to: 'router:2055' is no address to send to; write one like 127.0.0.1:2055",
    ],
    [{ to: '127.0.0.1:0' }, "cannot replay: --to: '127.0.0.1:0' is no address"],
    [{ pace: 'fast' }, "cannot replay: --pace: 'fast' is no pace; write original, original*10, asap, or a number"],
    [{ to: '2055', config: 'x' }, 'cannot replay: --to and --config cannot be had both'],
    [{ config: '/nowhere/collector.yaml' }, '/nowhere/collector.yaml'],
  ])('names what is wrong with %j', async (options, message) => {
    const { code, err } = await run([capture], options);
    expect(code).toBe(1);
    expect(err).toContain(message);
  });

  it('sends what it could read of files that are broken, and ends with 1', async () => {
    const { to, flows } = await listen();
    const broken = write(
      'broken.jsonl',
      `{"t": 1}\n${line(1, '10.1.0.1', ipfix([set(2, template(256, ...SHORT)), set(256, short())]))}`
    );
    const { code, out, err } = await run([broken, join(folder, 'nowhere.pcap')], { to, pace: 'asap' });
    expect(code).toBe(1);
    expect(out).toMatch(/^1 datagrams/);
    expect(err.split('\n').slice(0, 2)).toEqual([
      'broken.jsonl:1: src: missing; write the source address, IPv4 or IPv6',
      'nowhere.pcap: there is no such file; correct the path',
    ]);
    await expect.poll(() => flows).toHaveLength(1);
  });
});

describe('a pace', () => {
  it.each<[string, Pace | undefined]>([
    ['original', { kind: 'original', speed: 1 }],
    ['original*2.5', { kind: 'original', speed: 2.5 }],
    ['asap', { kind: 'asap' }],
    ['5000', { kind: 'rate', perSecond: 5000 }],
    ['0.5', { kind: 'rate', perSecond: 0.5 }],
    ['0', undefined],
    ['original*0', undefined],
    ['-1', undefined],
    ['', undefined],
    ['1e9', undefined],
  ])('%s is %j', (text, expected) => {
    expect(parsePace(text)).toEqual(expected);
  });

  /** When datagrams recorded at these times are sent; each takes `costMs` to send. */
  async function timesOf(pace: Pace, recorded: readonly number[], costMs = 0): Promise<number[]> {
    let now = 100;
    const pacer = new Pacer(pace, {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    });
    const times: number[] = [];
    for (const receivedMs of recorded) {
      await pacer.before({ payload: Buffer.alloc(0), address: '10.0.0.1', port: 1, receivedMs });
      times.push(now - 100);
      now += costMs;
    }
    return times;
  }

  it('in datagrams a second is kept on average, though sending takes time', async () => {
    expect(await timesOf({ kind: 'rate', perSecond: 100 }, [0, 0, 0, 0])).toEqual([0, 10, 20, 30]);
    expect(await timesOf({ kind: 'rate', perSecond: 100 }, [0, 0, 0, 0], 4)).toEqual([0, 10, 20, 30]);
  });

  it('that was recorded goes on at once with a file that is older', async () => {
    expect(await timesOf({ kind: 'original', speed: 1 }, [5000, 5100, 1000, 1200])).toEqual([0, 100, 100, 300]);
  });
});
