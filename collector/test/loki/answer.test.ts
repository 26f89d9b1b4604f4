import { describe, expect, it } from 'vitest';
import { readAnswer, refusedEntries, refusedTimes, refusesWholeStream } from '../../src/loki/answer';

describe('what an answer of Loki means', () => {
  it.each([
    [204, '', 'stored'],
    [200, '', 'stored'],
    [400, "entry for stream '{}' has timestamp too old", 'refused'],
    [422, 'error at least one valid stream is required for ingestion', 'refused'],
    [413, 'request entity too large', 'too_large'],
    [
      500,
      'rpc error: code = ResourceExhausted desc = grpc: received message larger than max (6002924 vs. 4194304)',
      'too_large',
    ],
    [429, 'ingestion rate limit exceeded for user fake (limit: 4194304 bytes/sec)', 'later'],
    [429, 'maximum active stream limit exceeded when trying to create stream {app="s"}', 'stream_limit'],
    [429, 'per stream rate limit exceeded (limit: 3MB/sec)', 'later'],
    [500, 'internal', 'later'],
    [503, 'at least 1 live replicas required', 'later'],
    [401, 'no org id', 'later'],
    [404, 'not found', 'later'],
    [301, '', 'later'],
    [202, '', 'later'],
    [260, 'something new', 'later'],
    [260, "ingestion blocked for user 'a' until '2027-01-01T00:00:00Z' with status code '260'", 'later'],
    [400, "ingestion blocked for user 'a' until '2027-01-01T00:00:00Z' with status code '400'", 'later'],
    [
      260,
      "ingestion blocked for user 'a' (policy: 'p') until '2027-01-01T00:00:00Z' with status code '260'",
      'refused',
    ],
    [
      503,
      "ingestion blocked for user 'a' (policy: 'p') until '2027-01-01T00:00:00Z' with status code '503'",
      'refused',
    ],
  ])('%i %s: %s', (status, body, kind) => {
    expect(readAnswer(status, body).kind).toBe(kind);
  });

  it.each([
    [401, 'loki.basicAuth'],
    [404, 'loki.url'],
    [302, 'loki.url'],
    [202, 'loki.url'],
  ])('%i names the setting to look at', (status, setting) => {
    expect(readAnswer(status, 'x')).toMatchObject({ reason: expect.stringContaining(setting) });
  });

  it('401 names the tenant where it is that which is missing', () => {
    expect(readAnswer(401, 'no org id\n')).toMatchObject({ reason: '401 no org id; set loki.tenant' });
  });
});

describe('the times that a refusal tells', () => {
  const old = (stream: string, at: string, oldest: string) =>
    `entry for stream '{app="${stream}"}' has timestamp too old: ${at}, oldest acceptable timestamp is: ${oldest}`;

  it('everything before the oldest acceptable time', () => {
    const message = `400 1 errors like: ${old('a', '2026-11-11T13:35:14Z', '2026-11-17T01:35:14Z')}; 1 errors like: ${old('b', '2026-11-11T23:35:14Z', '2026-11-17T01:35:14Z')}\n`;
    expect(refusedTimes(message, false)).toEqual({ oldestMs: Date.parse('2026-11-17T01:35:14Z'), newestMs: Infinity });
  });

  it('everything a second after the first time that is too new, as times are told in seconds', () => {
    const message =
      '400 1 errors like: entry for stream \'{app="a"}\' has timestamp too new: 2026-11-24T02:35:14Z; 1 errors like: entry for stream \'{app="a"}\' has timestamp too new: 2026-11-24T03:35:14Z';
    expect(refusedTimes(message, false)).toEqual({ oldestMs: -Infinity, newestMs: Date.parse('2026-11-24T02:35:15Z') });
  });

  it('how far behind counts for a single stream alone', () => {
    const message = `400 entry with timestamp 2026-11-23 20:35:14.199 +0000 UTC ignored, reason: 'entry too far behind, entry timestamp is: 2026-11-23T20:35:14Z, oldest acceptable timestamp is: 2026-11-24T00:35:14Z',\n`;
    expect(refusedTimes(message, true).oldestMs).toBe(Date.parse('2026-11-24T00:35:14Z'));
    expect(refusedTimes(message, false).oldestMs).toBe(-Infinity);
  });

  it('none, where it tells none', () => {
    expect(refusedTimes("400 max entry size '262144' bytes exceeded", true)).toEqual({
      oldestMs: -Infinity,
      newestMs: Infinity,
    });
  });
});

describe('a refusal of a whole stream', () => {
  it.each([
    [`400 stream '{app="a", v="…"}' has label value too long: 'xxx'`, true],
    [`400 error parsing labels {: 1:2: parse error`, true],
    [`400 max entry size '262144' bytes exceeded for stream '{app="a"}'`, false],
    [`400 entry for stream '{app="a"}' has timestamp too old`, false],
  ])('%s: %s', (reason, whole) => {
    expect(refusesWholeStream(reason)).toBe(whole);
  });
});

describe('a refusal that is about times alone', () => {
  const old = (labels: string) =>
    `entry for stream '${labels}' has timestamp too old: 2026-01-01T00:00:00Z, oldest acceptable timestamp is: 2026-01-02T00:00:00Z`;
  const young = (labels: string) => `entry for stream '${labels}' has timestamp too new: 2027-01-01T00:00:00Z`;

  it.each([
    ['one', `400 ${old('{app="x"}')}\n`, 1],
    ['alike ones', `400 3 errors like: ${old('{app="x", b="y"}')}`, 3],
    [
      'several',
      `400 3 errors like: ${old('{a="x"}')}; 1 errors like: ${young('{a="y"}')}; 20 errors like: ${old('{}')}`,
      24,
    ],
    ['odd labels', `400 2 errors like: ${old('{a="x\\"}\'; 9 errors like: "}')}`, 2],
    ['something else', '400 this entry is odd', undefined],
    ['something else too', `400 ${old('{a="x"}')}; 1 errors like: max line size exceeded`, undefined],
    ['one cut short', `400 3 errors like: ${old('{a="x"}')}; 1 errors like: entry for str`, undefined],
    ['an ingester', "400 entry with timestamp 2026 ignored, reason: 'entry too far behind'", undefined],
  ])('tells how many entries it is about: %s', (_what, reason, count) => {
    expect(refusedEntries(reason)).toBe(count);
  });

  it('is read in time that grows with its length', () => {
    const long = `400 ${Array.from({ length: 3000 }, (_, i) => `2 errors like: ${old(`{a="${i}"}`)}`).join('; ')}`;
    expect(refusedEntries(long)).toBe(6000);
    expect(refusedEntries(`400 entry for stream '{${'"a'.repeat(100_000)}`)).toBeUndefined();
    expect(refusedEntries(`400 ${"entry for stream '{".repeat(50_000)}`)).toBeUndefined();
  });
});
