import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeConfig, DecoderState, type DecodeOptions } from '../../src/decode';
import { newFolder } from '../spool/folder';
import { datagramsOf, hasCaptures, noCaptures, testDecoder } from './captures';
import { ipfix, netflow9, optionsTemplate, set, SHORT, short, template } from './messages';

const WAITING = { waiting: { maxBytes: 64 * 1024, maxSeconds: 660 } };

/** A decoder that keeps what it learns in a folder. */
function start(folder: string, options: DecodeOptions = WAITING) {
  const notices: string[] = [];
  const made = testDecoder(options);
  const state = DecoderState.start(folder, made.decoder, (_level, message) => notices.push(message));
  return { ...made, state, notices };
}

const defined = (id = 256) => set(2, template(id, ...SHORT));
const data = (id = 256) => set(id, short());

const HOUR_MS = 3_600_000;

/** The collector's clock stands at a time until the test has ended. */
function setClock(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: ms });
}
afterEach(() => vi.useRealTimers());

/** Templates come and are in use for 30 hours, which is longer than their lifetime; nothing about them changes. */
async function useForLong(folder: string) {
  const startMs = Date.now();
  const running = start(folder);
  for (let hour = 0; hour <= 30; hour++) {
    const nowMs = startMs + hour * HOUR_MS;
    setClock(nowMs);
    running.decoder.tick(nowMs);
    running.decode(ipfix(hour === 0 ? [defined(), data()] : [data()]));
    await running.state.save();
  }
  return running;
}

/** What a decoder that starts now decodes of a datagram without templates. */
function flowsAfterRestart(folder: string): number {
  const { decode, decoder } = start(folder);
  decoder.tick(Date.now());
  return decode(ipfix([data()])).length;
}

describe('a restart', () => {
  it('keeps templates, by exporter, domain and protocol', async () => {
    const folder = newFolder();
    const before = start(folder);
    before.decode(ipfix([defined()], { domain: 1 }));
    before.decode(netflow9([set(0, template(300, ...SHORT))], { domain: 1 }), { address: 'fd00::1' });
    before.decode(ipfix([defined()]), { session: 'tcp 1', address: '192.0.2.5' });
    await before.state.close();

    const { decode, decoder, notices, lost } = start(folder);
    expect(notices).toEqual(['2 templates of 2 exporters are known from before']);
    expect(decode(ipfix([data()], { domain: 1 }))).toHaveLength(1);
    expect(decode(netflow9([data(300)], { domain: 1 }), { address: 'fd00::1' })).toHaveLength(1);
    expect(lost()).toEqual([]);
    expect(decode(ipfix([data()], { domain: 2 }))).toHaveLength(0);
    expect(decoder.stats().knownTemplates).toBe(2);
  });

  it('keeps what option records said of sampling', async () => {
    const folder = newFolder();
    const before = start(folder);
    before.decode(ipfix([set(3, optionsTemplate(400, [[149, 4]], [34, 4])), set(400, '00000007' + '00000064')]));
    before.decode(ipfix([defined()]));
    const [expected] = before.decode(ipfix([data()]));
    expect(expected?.record.Sampling).toBe(100);
    await before.state.close();
    expect(start(folder).decode(ipfix([data()]))[0]?.record).toEqual(expected?.record);
  });

  it('keeps data that waits for its template', async () => {
    const folder = newFolder();
    const before = start(folder);
    before.decode(ipfix([data()]));
    await before.state.close();
    const { decode, decoder, lost } = start(folder);
    expect(decoder.stats().waitingSets).toBe(1);
    expect(decode(ipfix([defined()]))).toHaveLength(1);
    expect(lost()).toEqual([]);
  });

  it('writes by itself some seconds after a change, and only then', async () => {
    const folder = newFolder();
    const { decoder, decode } = testDecoder(WAITING);
    const state = DecoderState.start(folder, decoder, () => undefined, 10);
    const path = join(folder, 'templates.json');
    expect(existsSync(path)).toBe(false);
    decode(ipfix([defined()]));
    await expect.poll(() => existsSync(path)).toBe(true);
    await state.close();
    writeFileSync(path, 'untouched');
    decode(ipfix([defined()]));
    await state.save();
    expect(readFileSync(path, 'utf8')).toBe('untouched');
  });

  it('rests after a save that held up the collector, 20 times as long', async () => {
    const folder = newFolder();
    const { decoder, decode } = testDecoder(WAITING);
    const state = DecoderState.start(folder, decoder, () => undefined, 5);
    const begun: number[] = [];
    const save = decoder.saveTemplates.bind(decoder);
    vi.spyOn(decoder, 'saveTemplates').mockImplementation(() => {
      const nowMs = performance.now();
      begun.push(nowMs);
      while (performance.now() < nowMs + 10) {
        // Holds up the main thread.
      }
      return save();
    });
    let id = 256;
    await expect
      .poll(() => {
        decode(ipfix([defined(id++)]));
        return begun.length;
      })
      .toBeGreaterThan(2);
    expect(begun[2]! - begun[1]!).toBeGreaterThanOrEqual(210);
    await state.close();
    expect(start(folder).decoder.stats().knownTemplates).toBe(id - 256);
  });

  it('keeps templates that did not change for longer than they live, as they are in use', async () => {
    const folder = newFolder();
    const { state, decode, decoder } = await useForLong(folder);
    setClock(Date.now() + HOUR_MS / 2);
    decoder.tick(Date.now());
    decode(ipfix([data()]));
    await state.close();
    // Within a day of its last use, but not of that of an hour ago.
    setClock(Date.now() + 23.75 * HOUR_MS);
    expect(flowsAfterRestart(folder)).toBe(1);
  });

  it('keeps them after a kill too', async () => {
    const folder = newFolder();
    await useForLong(folder);
    expect(flowsAfterRestart(folder)).toBe(1);
  });

  it('keeps how long data has waited', async () => {
    const folder = newFolder();
    setClock(2_000_000_000_000);
    const before = start(folder);
    before.decoder.tick(Date.now());
    before.decode(ipfix([data()]));
    await before.state.close();
    setClock(Date.now() + 600_000);
    const { decoder, details } = start(folder);
    decoder.tick(Date.now() + 60_000);
    expect(details).toEqual([]);
    decoder.tick(Date.now() + 60_001);
    expect(details).toEqual(['192.0.2.1 no_template: set 256 of domain 7: its template did not come in 660 s']);
  });

  it('keeps what could not be written at first', async () => {
    const folder = newFolder();
    const { decode, state, notices } = start(folder);
    decode(ipfix([defined(), data(999)]));
    const inTheWay = ['templates.json.new', 'waiting.json.new'].map((name) => join(folder, name));
    inTheWay.forEach((path) => mkdirSync(path));
    await state.save();
    expect(notices.map((notice) => notice.replace(/:.*/, ''))).toEqual([
      `${join(folder, 'templates.json')} cannot be written`,
      `${join(folder, 'waiting.json')} cannot be written`,
    ]);
    inTheWay.forEach((path) => rmdirSync(path));
    await state.save();
    expect(start(folder).decoder.stats()).toMatchObject({ knownTemplates: 1, waitingSets: 1 });
  });

  it('holds the limits, also where a file says more', async () => {
    const folder = newFolder();
    const before = start(folder);
    for (let id = 256; id < 300; id++) {
      before.decode(ipfix([defined(id)]));
    }
    await before.state.close();
    const { decoder, notices } = start(folder, {
      limits: {
        exporters: 8192,
        domainsPerExporter: 256,
        templatesPerDomain: 10,
        fieldsPerTemplate: 512,
        templates: 262_144,
        fields: 524_288,
        optionEntries: 65_536,
      },
    });
    expect(decoder.stats().knownTemplates).toBe(10);
    expect(notices[0]).toContain('34 were not taken');
  });

  it('holds the limit of option records, and tells how many are left out', async () => {
    const folder = newFolder();
    const before = start(folder);
    const records = '01 0000000a 02 0000000a 03 0000000a';
    before.decode(ipfix([set(3, optionsTemplate(400, [[302, 1]], [34, 4])), set(400, records)]));
    await before.state.close();
    const { decoder, notices } = start(folder, decodeConfig.parse({ ...WAITING, limits: { optionEntries: 2 } }));
    expect(decoder.saveTemplates().exporters[0]?.domains[0]?.sampling?.selectors).toEqual([
      [1, 10],
      [2, 10],
    ]);
    expect(notices[0]).toContain('1 were not taken');
  });
});

describe('what cannot be kept of one exporter', () => {
  it('costs no other exporter its templates: a start of the exporter that lies beyond all time', async () => {
    const folder = newFolder();
    const before = start(folder);
    before.decode(ipfix([defined()]));
    const init = set(3, optionsTemplate(400, [[149, 4]], [160, 8])) + set(400, `00000007 ${'ff'.repeat(8)}`);
    before.decode(ipfix([init, defined()]), { address: '203.0.113.66' });
    await before.state.close();
    const { decode, notices } = start(folder);
    expect(notices).toEqual(['3 templates of 2 exporters are known from before']);
    expect(decode(ipfix([data()]))).toHaveLength(1);
  });

  it.each([
    ['templates.json', 'exporters', 'seenMs: Invalid input: expected number, received string'],
    ['waiting.json', 'sets', 'receivedMs: Invalid input: expected number, received string'],
  ])('is left out of %s and told of; the rest is used', async (name, key, problem) => {
    const folder = newFolder();
    const before = start(folder);
    for (const address of ['192.0.2.1', '192.0.2.2']) {
      before.decode(ipfix([defined(), data(999)]), { address });
    }
    await before.state.close();
    const path = join(folder, name);
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Record<string, object[]>;
    Object.assign(kept[key]![0]!, { seenMs: 'then', receivedMs: 'then' });
    writeFileSync(path, JSON.stringify(kept));
    const { notices, decoder } = start(folder);
    expect(notices).toContain(`what is not sound in ${path} was left out, 1 in all, the first as ${problem}`);
    const { knownTemplates, waitingSets } = decoder.stats();
    expect(knownTemplates + waitingSets).toBe(3);
  });
});

describe('a file that no collector wrote', () => {
  it.each([
    ['garbage', '{{{'],
    ['another version', '{"version":2,"definitions":[],"sets":[],"exporters":[]}'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['numbers out of range', '{"version":1,"definitions":[],"sets":[[[-1,0]]],"exporters":[]}'],
  ])('(%s) is put aside and told of; the collector starts without it', (_what, text) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'templates.json'), text);
    const { notices, decode } = start(folder);
    expect(notices[0]).toMatch(/templates.json cannot be used and is put aside as .*unusable: /);
    expect(existsSync(join(folder, 'templates.json.unusable'))).toBe(true);
    decode(ipfix([defined()]));
    expect(decode(ipfix([data()]))).toHaveLength(1);
  });

  it('with any one value changed neither stops the decoder nor makes it grow', async () => {
    const folder = newFolder();
    const before = start(folder);
    before.decode(ipfix([defined(), set(3, optionsTemplate(400, [[149, 4]], [34, 4])), set(400, '0000000700000064')]));
    before.decode(ipfix([data(999)]));
    await before.state.close();
    const files = ['templates.json', 'waiting.json'];
    const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'));
    fc.assert(
      fc.property(
        fc.nat(1),
        fc.nat(),
        fc.constantFrom('-1', '1e99', '""', '"AAAA"', '[]', '{}', 'null', '65535'),
        (which, at, value) => {
          texts.forEach((text, index) => writeFileSync(join(folder, files[index]!), text));
          const spots = [...texts[which]!.matchAll(/(?<=[:[,])("[^"]*"|\d+|true|false)(?=[,\]}])/g)];
          const spot = spots[at % spots.length]!;
          const text = texts[which]!.slice(0, spot.index) + value + texts[which]!.slice(spot.index + spot[0].length);
          writeFileSync(join(folder, files[which]!), text);
          const { decode, decoder } = start(folder);
          decode(ipfix([defined()]));
          expect(decode(ipfix([data()])).length).toBeGreaterThanOrEqual(1);
          expect(decoder.stats().knownTemplates).toBeLessThan(5);
        }
      )
    );
  });
});

it.skipIf(!hasCaptures)(
  `Open vSwitch is understood right after a restart, without its templates${noCaptures}`,
  async () => {
    const folder = newFolder();
    const datagrams = await datagramsOf('recorded/ovs.jsonl');
    const isTemplate = ({ payload }: { payload: Buffer }) => [2, 3].includes(payload.readUInt16BE(16));
    const before = start(folder);
    datagrams.filter(isTemplate).forEach((datagram) => before.decoder.decode(datagram));
    await before.state.close();
    const after = start(folder);
    const flows = datagrams.filter((one) => !isTemplate(one)).flatMap((datagram) => after.decoder.decode(datagram));
    expect(flows).toHaveLength(17);
    expect(after.lost()).toEqual([]);
    expect(readFileSync(join(folder, 'templates.json')).length).toBeLessThan(64 * 1024);
  }
);
