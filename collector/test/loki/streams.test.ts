import { DEFAULT_LABELS } from '@netobserv-flows/schema';
import { describe, expect, it } from 'vitest';
import { FlowStreams } from '../../src/loki/streams';
import { record } from './flows';

const MINUTE = 60_000;
const labelled = (namespace: string, other = 'b') =>
  record({ SrcK8S_Namespace: namespace, DstK8S_Namespace: other, FlowDirection: 1 });

describe('the stream of a flow', () => {
  it('has the labels that the flow has a value for', () => {
    const streams = new FlowStreams(DEFAULT_LABELS, { cluster: 'east' }, () => 10);
    expect(streams.of(record({ DstK8S_Namespace: 'shop' }), 0).stream.labels).toBe(
      '{app="netobserv-flowcollector", cluster="east", DstK8S_Namespace="shop"}'
    );
    expect(streams.of(labelled('a'), 0).stream.labels).toBe(
      '{app="netobserv-flowcollector", cluster="east", SrcK8S_Namespace="a", DstK8S_Namespace="b", FlowDirection="1"}'
    );
    expect(streams.size).toBe(2);
  });

  it('is not that of another flow whose values only run together alike', () => {
    const streams = new FlowStreams(['SrcK8S_Namespace', 'DstK8S_Namespace'], {}, () => 10);
    const one = streams.of(record({ SrcK8S_Namespace: 'a1:b', DstK8S_Namespace: 'c' }), 0).stream;
    const two = streams.of(record({ SrcK8S_Namespace: 'a', DstK8S_Namespace: 'b1:c' }), 0).stream;
    expect(one.labels).not.toBe(two.labels);
  });

  it('over the limit is one with fewer labels, and the line takes them', () => {
    const streams = new FlowStreams(DEFAULT_LABELS, {}, () => 2);
    expect(streams.of(labelled('a'), 0).full).toBe(false);
    expect(streams.of(labelled('b'), 0).full).toBe(false);
    const { stream, full } = streams.of(labelled('c'), 0);
    expect(full).toBe(true);
    expect(stream.fold).toEqual({
      stream: { labels: '{app="netobserv-flowcollector", FlowDirection="1"}' },
      members: '"SrcK8S_Namespace":"c","DstK8S_Namespace":"b"',
    });
    expect(streams.of(labelled('a'), 0).full).toBe(false);
  });

  it('finds room again when others were idle for 40 minutes', () => {
    const streams = new FlowStreams(DEFAULT_LABELS, {}, () => 1);
    streams.of(labelled('a'), 0);
    expect(streams.of(labelled('b'), 39 * MINUTE).full).toBe(true);
    expect(streams.of(labelled('b'), 41 * MINUTE).full).toBe(false);
  });

  it('is not made anew for five minutes after Loki had no room for one', () => {
    const streams = new FlowStreams(DEFAULT_LABELS, {}, () => 10);
    streams.of(labelled('known'), 0);
    const { stream } = streams.of(labelled('a'), 0);
    streams.refuse(stream.labels, 0);
    expect(streams.of(labelled('a'), MINUTE).full).toBe(true);
    expect(streams.of(labelled('known'), MINUTE).full).toBe(false);
    expect(streams.of(labelled('a'), 6 * MINUTE).full).toBe(false);
  });
});
