import { describeFlow, endWithPort } from './describeFlow';

describe('an end of a flow', () => {
  it.each([
    ['a pod', { SrcK8S_Namespace: 'demo', SrcK8S_Name: 'web-1', SrcPort: 48_080 }, 'demo/web-1:48080'],
    ['a node, which has no namespace', { SrcK8S_Name: 'worker-1' }, 'worker-1'],
    ['an address', { SrcAddr: '203.0.113.7', SrcPort: 443, Proto: 6 }, '203.0.113.7:443 (https)'],
    ['an IPv6 address', { SrcAddr: '2001:db8::7', SrcPort: 48_080 }, '[2001:db8::7]:48080'],
    [
      'an IPv6 address without zeros to leave out',
      { SrcAddr: '2001:db8:1:2:3:4:5:6', SrcPort: 443, Proto: 6 },
      '[2001:db8:1:2:3:4:5:6]:443 (https)',
    ],
    ['nothing known', {}, 'unknown'],
  ])('%s', (_, flow, text) => {
    expect(endWithPort(flow, 'Src')).toBe(text);
  });
});

describe('a flow in a sentence', () => {
  it.each([
    [
      { Proto: 6, Bytes: 1_500_000, Packets: 12, TimeFlowStartMs: 0, TimeFlowEndMs: 20_000 },
      'TCP, 1.50 MB in 12 packets over 20 s (75.0 kB/s)',
    ],
    [{ Proto: 17, Bytes: 100, Packets: 1, TimeFlowStartMs: 5, TimeFlowEndMs: 5 }, 'UDP, 100 B in 1 packet'],
    [
      { Proto: 6, Bytes: 4000, Packets: 400, Sampling: 400 },
      'TCP, 4.00 kB in 400 packets, estimated from 1 in 400 packets',
    ],
    [{}, ''],
  ])('%#', (flow, text) => {
    expect(describeFlow(flow)).toBe(text);
  });

  it('is not said to be estimated where NetObserv’s collector wrote it, which scales nothing', () => {
    const flow = { Proto: 6, Bytes: 1500, Packets: 1, Sampling: 50 };
    expect(describeFlow(flow, 'netobserv')).toBe(
      'TCP, 1.50 kB in 1 packet, not scaled from 1 in 50 packets: real traffic is about 50 times as much'
    );
    expect(describeFlow({ ...flow, Sampling: 1 }, 'netobserv')).toBe('TCP, 1.50 kB in 1 packet');
  });
});
