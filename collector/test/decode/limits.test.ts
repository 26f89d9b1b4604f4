import { describe, expect, it } from 'vitest';
import { decodeConfig, type DecodeOptions } from '../../src/decode';
import { testDecoder } from './captures';
import { ipfix, set, SHORT, short, template } from './messages';

const limited = (limits: object, more: object = {}): DecodeOptions => decodeConfig.parse({ limits, ...more });
const definition = ipfix([set(2, template(256, ...SHORT))]);
const data = ipfix([set(256, short())]);
/** An address of a flood. */
const made = (index: number) => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

describe('what the decoder remembers', () => {
  it('is bounded while addresses that were made up send templates; real exporters go on', () => {
    const { decode, decoder, lost } = testDecoder(limited({ exporters: 100 }));
    decode(definition);
    expect(decode(data)).toHaveLength(1);
    for (let index = 0; index < 5000; index++) {
      decode(definition, { address: made(index) });
    }
    expect(decoder.stats()).toMatchObject({ knownExporters: 100, knownTemplates: 100, knownFields: 4 });
    expect(decode(data)).toHaveLength(1);
    expect(lost()).toEqual(['exporter_limit 4901']);
  });

  it('lets a new exporter in once one that never sent a flow was silent for a minute', () => {
    const { decode, lost } = testDecoder(limited({ exporters: 2 }));
    const at = (ms: number, address: string) => ({ address, receivedMs: 1_700_000_000_000 + ms });
    decode(definition, at(0, '10.0.0.1'));
    decode(data, at(0, '10.0.0.1'));
    decode(definition, at(0, '10.0.0.2'));
    decode(definition, at(61_000, '10.0.0.3'));
    expect(decode(data, at(61_000, '10.0.0.3'))).toHaveLength(1);
    expect(decode(data, at(61_000, '10.0.0.1'))).toHaveLength(1);
    expect(lost()).toEqual([]);
    // Now both have sent flows: neither is forgotten before it was idle for hours.
    decode(definition, at(3_600_000, '10.0.0.4'));
    expect(lost()).toEqual(['exporter_limit 1']);
    decode(definition, at(12_000_000, '10.0.0.4'));
    expect(decode(data, at(12_000_000, '10.0.0.4'))).toHaveLength(1);
  });

  it('is bounded in domains, templates and fields of an exporter', () => {
    const { decode, decoder, lost, details } = testDecoder(
      limited({ domainsPerExporter: 2, templatesPerDomain: 3, fieldsPerTemplate: 5 })
    );
    for (let domain = 1; domain <= 4; domain++) {
      decode(ipfix([set(2, template(256, ...SHORT))], { domain }));
    }
    expect(lost()).toEqual(['template_limit 2']);
    for (let id = 256; id < 266; id++) {
      decode(ipfix([set(2, template(id, ...SHORT))], { domain: 1 }));
    }
    expect(decoder.stats().knownTemplates).toBe(4);
    expect(lost()).toEqual(['template_limit 9']);
    decode(ipfix([set(2, template(256, ...SHORT, ...SHORT))], { domain: 1 }));
    expect(details.at(-1)).toBe(
      '192.0.2.1 template_limit: template 256 of domain 1: 8 fields; raise decode.limits.fieldsPerTemplate if that is right'
    );
    // The template that was there does not fit what comes now.
    expect(decode(ipfix([set(256, short())], { domain: 1 }))).toHaveLength(0);
    expect(decoder.stats()).toMatchObject({ knownTemplates: 3, waitingSets: 1 });
  });

  it('lets a template change where there is no room for another', () => {
    const { decode, lost } = testDecoder(limited({ templates: 2, templatesPerDomain: 2 }));
    decode(ipfix([set(2, template(256, ...SHORT)), set(2, template(257, ...SHORT))]));
    decode(ipfix([set(2, template(256, [8, 4], [1, 4]))]));
    expect(decode(ipfix([set(256, '0a000001 00000005')]))[0]?.record).toMatchObject({ Bytes: 5 });
    expect(lost()).toEqual([]);
  });

  it('has room again for domains of which no template is left', () => {
    const { decode, decoder, lost } = testDecoder(limited({ domainsPerExporter: 2 }, { templateLifetimeSeconds: 600 }));
    const define = (domain: number) => decode(ipfix([set(2, template(256, ...SHORT))], { domain }));
    for (let round = 0; round < 10; round++) {
      const nowMs = 1_700_000_000_000 + round * 800_000;
      decoder.tick(nowMs);
      define(1000);
      define(round);
      decoder.tick(nowMs + 400_000);
      define(1000);
      decoder.tick(nowMs + 700_000);
    }
    expect(lost()).toEqual([]);
    define(2000);
    decode(ipfix([set(2, '01000000')], { domain: 1000 }));
    define(3000);
    expect(lost()).toEqual([]);
  });

  it('is bounded in templates and fields of all exporters together', () => {
    const { decode, decoder, lost } = testDecoder(limited({ templates: 50, fields: 40 }));
    decode(definition);
    decode(data);
    for (let index = 0; index < 200; index++) {
      // Each one different, so that none can be shared.
      decode(ipfix([set(2, template(256, [8, 4], [1, 4], [1000 + index, 4]))]), { address: made(index) });
    }
    expect(decoder.stats().knownFields).toBeLessThanOrEqual(40);
    expect(lost()).toEqual(['template_limit 188']);
    expect(decode(data)).toHaveLength(1);
  });

  it('holds a template that many exporters send once', () => {
    const { decode, decoder } = testDecoder();
    for (let index = 0; index < 1000; index++) {
      decode(definition, { address: made(index) });
    }
    expect(decoder.stats()).toMatchObject({ knownExporters: 1000, knownTemplates: 1000, knownFields: 4 });
  });

  it('does not grow while the same templates come again and again', () => {
    const { decode, decoder } = testDecoder();
    for (let round = 0; round < 1000; round++) {
      decode(definition);
      decode(ipfix([set(2, template(257, [8, 4], [1, 4], [1000 + round, 4]))]));
    }
    expect(decoder.stats()).toMatchObject({ knownTemplates: 2, knownFields: 7, templates: 2000 });
  });

  it('keeps no exporter that has only sent refused templates or data without one', () => {
    const { decode, decoder } = testDecoder();
    for (let index = 0; index < 1000; index++) {
      decode(data, { address: made(index) });
      decode(ipfix([set(2, template(256, [8, 0]))]), { address: made(index) });
    }
    expect(decoder.stats()).toMatchObject({ knownExporters: 0, knownTemplates: 0, knownFields: 0 });
  });
});
