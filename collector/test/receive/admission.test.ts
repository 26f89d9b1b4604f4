import { describe, expect, it } from 'vitest';
import { Admission } from '../../src/receive/admission';
import { receiveConfig } from '../../src/receive';

describe('who may send', () => {
  it('is everybody where no network is named', () => {
    expect(new Admission({ allow: [] }).refusal('203.0.113.9', 0)).toBeUndefined();
  });

  it('is who is in one of the networks, of either IP version', () => {
    const admission = new Admission({ allow: ['10.0.0.0/8', 'fd00::/8'] });
    for (const address of ['10.255.0.1', 'fd12::1']) {
      expect([address, admission.refusal(address, 0)]).toEqual([address, undefined]);
      expect(admission.allows(address)).toBe(true);
    }
    for (const address of ['11.0.0.1', 'fe80::1', '::1', 'unknown', '']) {
      expect([address, admission.refusal(address, 0)]).toEqual([address, 'refused']);
    }
  });

  it('is named in the configuration as networks', () => {
    expect(() => receiveConfig.parse({ allow: ['10.0.0.1'] })).toThrow(/is not a network; write it like 10.0.0.0\/8/);
    expect(receiveConfig.parse({ allow: ['10.0.0.1/32'] }).allow).toEqual(['10.0.0.1/32']);
  });
});

describe('how much one may send', () => {
  const count = (admission: Admission, address: string, times: number, atMs: number) =>
    Array.from({ length: times }, () => admission.refusal(address, atMs)).filter((one) => one === undefined).length;

  it('is a second’s worth at once, and the rate after that', () => {
    const admission = new Admission({ allow: [], datagramsPerSecond: 100 });
    expect(count(admission, '10.0.0.1', 500, 0)).toBe(100);
    expect(count(admission, '10.0.0.1', 500, 100)).toBe(10);
    expect(count(admission, '10.0.0.1', 500, 1100)).toBe(100);
    expect(count(admission, '10.0.0.1', 500, 60_000)).toBe(100);
  });

  it('is counted for each exporter by itself', () => {
    const admission = new Admission({ allow: [], datagramsPerSecond: 5 });
    expect([count(admission, '10.0.0.1', 9, 0), count(admission, '10.0.0.2', 9, 0)]).toEqual([5, 5]);
  });

  it('is the exporter’s own limit where it has one', () => {
    const own = (address: string) => (address === '10.0.0.1' ? 20 : undefined);
    const admission = new Admission({ allow: [], datagramsPerSecond: 5 }, own);
    expect([count(admission, '10.0.0.1', 99, 0), count(admission, '10.0.0.2', 99, 0)]).toEqual([20, 5]);
    expect(count(new Admission({ allow: [] }, own), '10.0.0.2', 99, 0)).toBe(99);
  });

  it('does not come back by a clock that is set back', () => {
    const admission = new Admission({ allow: [], datagramsPerSecond: 5 });
    expect(count(admission, '10.0.0.1', 9, 10_000)).toBe(5);
    expect(count(admission, '10.0.0.1', 9, 0)).toBe(0);
  });

  it('is for connections how long they are not read, so that all they send is taken', () => {
    const admission = new Admission({ allow: [], datagramsPerSecond: 100 });
    expect(admission.waitMs('10.0.0.1', 100, 0)).toBe(0);
    expect(admission.waitMs('10.0.0.1', 50, 0)).toBe(500);
    expect(admission.waitMs('10.0.0.1', 10, 500)).toBe(100);
    expect(count(admission, '10.0.0.1', 9, 600)).toBe(0);
    expect(count(admission, '10.0.0.1', 9, 650)).toBe(5);
    expect(new Admission({ allow: [] }).waitMs('10.0.0.1', 1_000_000, 0)).toBe(0);
  });
});
