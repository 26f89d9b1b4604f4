import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { applyEnvironment, overridesOf, variableOf } from '../../src/config/environment';
import { collectorConfig, loadConfig } from '../../src/config/root';
import { ConfigError } from '../../src/config';

const schema = z.strictObject({
  loki: z.strictObject({
    url: z.string(),
    batchBytes: z.int().default(5),
    labels: z.array(z.string()).default([]),
    extraLabels: z.record(z.string(), z.string()).default({}),
    basicAuth: z.strictObject({ username: z.string() }).optional(),
  }),
});

const apply = (env: NodeJS.ProcessEnv, value: unknown = {}) => applyEnvironment(value, schema, env).value;

describe('a variable of the environment', () => {
  it('is named after the path of its setting', () => {
    expect(variableOf(['loki', 'basicAuth', 'username'])).toBe('NETOBSERV_LOKI_BASIC_AUTH_USERNAME');
  });

  it('is of one setting only', () => {
    const names = overridesOf(collectorConfig).map(({ variable }) => variable);
    expect(names.length).toBeGreaterThan(30);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['a text', { NETOBSERV_LOKI_URL: '5' }, { loki: { url: '5' } }],
    ['a number', { NETOBSERV_LOKI_BATCH_BYTES: '7' }, { loki: { batchBytes: 7 } }],
    ['a list', { NETOBSERV_LOKI_LABELS: 'a, b' }, { loki: { labels: ['a', 'b'] } }],
    ['a list that only looks like YAML', { NETOBSERV_LOKI_LABELS: '[::1]:5' }, { loki: { labels: ['[::1]:5'] } }],
    ['a YAML list', { NETOBSERV_LOKI_LABELS: '["a", b]' }, { loki: { labels: ['a', 'b'] } }],
    ['a mapping', { NETOBSERV_LOKI_EXTRA_LABELS: '{cluster: east}' }, { loki: { extraLabels: { cluster: 'east' } } }],
    [
      'a setting deep down',
      { NETOBSERV_LOKI_BASIC_AUTH_USERNAME: 'joe' },
      { loki: { basicAuth: { username: 'joe' } } },
    ],
    ['nothing, where empty', { NETOBSERV_LOKI_URL: '' }, {}],
  ])('sets %s', (_what, env, expected) => {
    expect(apply(env)).toEqual(expected);
  });

  it.each([
    ['[::1]:9469', { host: '::1', port: 9469 }],
    ['127.0.0.1:9469', { host: '127.0.0.1', port: 9469 }],
    ['9470', { port: 9470 }],
  ])('sets an address to listen on: %s', (text, listen) => {
    const env = { NETOBSERV_LOKI_URL: 'http://loki:3100', NETOBSERV_HTTP_LISTEN: text };
    expect(loadConfig(undefined, env).config.http.listen).toEqual(listen);
  });

  it('goes over the file, and leaves the rest of it', () => {
    expect(apply({ NETOBSERV_LOKI_URL: 'b' }, { loki: { url: 'a', batchBytes: 9 } })).toEqual({
      loki: { url: 'b', batchBytes: 9 },
    });
    expect(apply({ NETOBSERV_LOKI_URL: 'b' }, { loki: 'wrong' })).toEqual({ loki: 'wrong' });
  });

  it('that is not YAML is named', () => {
    expect(() => apply({ NETOBSERV_LOKI_EXTRA_LABELS: '{a' })).toThrow(ConfigError);
    expect(() => apply({ NETOBSERV_LOKI_EXTRA_LABELS: '{a' })).toThrow(
      /^environment: NETOBSERV_LOKI_EXTRA_LABELS: not valid YAML/
    );
  });

  it('that is nearly one gets a warning; Kubernetes’ and others’ do not', () => {
    const { warnings } = applyEnvironment({}, schema, {
      NETOBSERV_LOKI_ULR: 'x',
      NETOBSERV_LOKI_SERVICE_HOST: '10.0.0.1',
      NETOBSERV_DASHBOARDS_PATH: '/x',
    });
    expect(warnings).toEqual(['environment: NETOBSERV_LOKI_ULR is no setting; did you mean NETOBSERV_LOKI_URL?']);
  });
});
