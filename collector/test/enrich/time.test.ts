import { describe, expect, it } from 'vitest';
import { ClusterIndex } from '../../src/enrich/clusterIndex';
import { HISTORY_MS, MAX_FORMER, TimedMap } from '../../src/enrich/timedMap';
import { T } from './flow';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const ADDRESS = '10.128.0.10';

/** A cluster whose clock the test sets. */
function clusterAt(startMs: number) {
  const time = { nowMs: startMs };
  const index = new ClusterIndex(() => time.nowMs);
  const pod = (name: string, addresses = [ADDRESS]) => ({ namespace: 'shop', name, addresses, node: 'node-a' });
  return { time, index, pod, nameAt: (timeMs: number) => index.at(ADDRESS, timeMs)?.name };
}

describe('who had an address when', () => {
  it('a pod does not own its address before it began', () => {
    const { index, pod, nameAt } = clusterAt(T);
    index.setPod('1', pod('web'), T);
    expect(nameAt(T - MINUTE)).toBeUndefined();
    expect(nameAt(T)).toBe('web');
  });

  it('a pod does not own its address after it is gone', () => {
    const { index, pod, nameAt } = clusterAt(T);
    index.setPod('1', pod('web'), T);
    index.remove('1', T + MINUTE);
    expect(nameAt(T + MINUTE - 1)).toBe('web');
    expect(nameAt(T + 2 * MINUTE)).toBeUndefined();
  });

  it('clocks that are seconds apart still find the owner, where no other has the address', () => {
    const { index, pod, nameAt } = clusterAt(T);
    index.setPod('1', pod('web'), T);
    index.remove('1', T + MINUTE);
    expect(nameAt(T - 5 * SECOND)).toBe('web');
    expect(nameAt(T + MINUTE + 5 * SECOND)).toBe('web');
  });

  it('a second pod that got the address before the first was seen to go has it from its own start', () => {
    const { index, pod, nameAt } = clusterAt(T);
    index.setPod('1', pod('first'), T - 60 * MINUTE);
    index.setPod('2', pod('second'), T + MINUTE);
    expect(nameAt(T)).toBe('first');
    expect(nameAt(T + MINUTE)).toBe('second');
    index.remove('1', T + 2 * MINUTE);
    expect(nameAt(T)).toBe('first');
    expect(nameAt(T + MINUTE)).toBe('second');
    expect(nameAt(T + 3 * MINUTE)).toBe('second');
  });

  it('a pod that waits for its volumes takes no flows from the one that had the address meanwhile', () => {
    const { index, pod, nameAt, time } = clusterAt(T);
    index.setPod('1', pod('first'), T - 60 * MINUTE);
    index.setPod('2', pod('second', []), T + MINUTE, true);
    time.nowMs = T + 4 * MINUTE;
    index.remove('1', T + 4 * MINUTE);
    time.nowMs = T + 5 * MINUTE;
    index.setPod('2', pod('second'), T + MINUTE, true);
    expect([2, 3].map((minutes) => nameAt(T + minutes * MINUTE))).toEqual(['first', 'first']);
    expect(nameAt(T + 4.5 * MINUTE)).toBeUndefined();
    expect([nameAt(T + 5 * MINUTE), nameAt(T + 6 * MINUTE)]).toEqual(['second', 'second']);
  });

  it('a pod that is told of late, with the time when its network was there, has its address since then', () => {
    const { index, pod, nameAt, time } = clusterAt(T);
    index.setPod('1', pod('web', []), T, true);
    time.nowMs = T + 10 * MINUTE;
    index.setPod('1', pod('web'), T + MINUTE);
    expect([nameAt(T), nameAt(T + 2 * MINUTE)]).toEqual([undefined, 'web']);
  });

  it('an address that moves from one running pod to another names each in its time', () => {
    const { index, pod, nameAt, time } = clusterAt(T);
    index.setPod('1', pod('first'), -Infinity);
    time.nowMs = T + MINUTE;
    index.setPod('1', pod('first', ['10.128.0.99']), -Infinity);
    index.setPod('2', pod('second'), T + MINUTE);
    expect(nameAt(T)).toBe('first');
    expect(nameAt(T + MINUTE)).toBe('second');
  });

  it('a former owner is forgotten after a quarter of an hour', () => {
    const { index, pod, nameAt, time } = clusterAt(T);
    index.setPod('1', pod('web'), T);
    index.remove('1', T + MINUTE);
    time.nowMs = T + MINUTE + HISTORY_MS;
    index.setPod('2', pod('other', ['10.128.0.11']), T);
    expect(nameAt(T + SECOND)).toBeUndefined();
    expect(index.sizes.formerAddresses).toBe(0);
  });

  it('a pod that is gone keeps the names of its time, though its node and ReplicaSet are gone too', () => {
    const { index, pod } = clusterAt(T);
    index.setNode('n', { name: 'node-a', addresses: ['192.168.10.11'], zone: 'zone-1' }, -Infinity);
    index.setController('r', {
      namespace: 'shop',
      kind: 'ReplicaSet',
      name: 'web-1',
      owner: { kind: 'Deployment', name: 'web' },
    });
    index.setPod('1', { ...pod('web-1-x'), owner: { kind: 'ReplicaSet', name: 'web-1' } }, T);
    index.remove('r', T + MINUTE);
    index.remove('1', T + MINUTE);
    index.remove('n', T + MINUTE);
    index.setNode('m', { name: 'node-b', addresses: ['192.168.10.12'] }, -Infinity);
    expect(index.at(ADDRESS, T)).toMatchObject({ ownerName: 'web', ownerType: 'Deployment', zone: 'zone-1' });
  });

  it('a ReplicaSet that is heard of after its pod still leads to the Deployment', () => {
    const { index, pod } = clusterAt(T);
    index.setPod('1', { ...pod('web-1-x'), owner: { kind: 'ReplicaSet', name: 'web-1' } }, T);
    expect(index.at(ADDRESS, T)).toMatchObject({ ownerName: 'web-1', ownerType: 'ReplicaSet' });
    const owner = { kind: 'Deployment', name: 'web' };
    index.setController('r', { namespace: 'shop', kind: 'ReplicaSet', name: 'web-1', owner });
    expect(index.at(ADDRESS, T)).toMatchObject({ ownerName: 'web', ownerType: 'Deployment' });
  });

  it('a load balancer’s address that is also a node’s names the node', () => {
    const { index } = clusterAt(T);
    const service = { namespace: 'shop', name: 'web', clusterIPs: [], externalIPs: [ADDRESS], ports: [] };
    index.setService('s', service, -Infinity);
    expect(index.at(ADDRESS, T)?.type).toBe('Service');
    index.setNode('n', { name: 'node-a', addresses: [ADDRESS] }, -Infinity);
    expect(index.at(ADDRESS, T)?.type).toBe('Node');
  });
});

describe('the memory of former owners', () => {
  it('stays bounded however fast pods come and go', () => {
    const map = new TimedMap<string, string>();
    for (let i = 0; i < MAX_FORMER + 5_000; i++) {
      map.hold(`pod-${i}`, [[`address-${i % 500}`, `pod-${i}`]], T, T);
      map.release(`pod-${i}`, T + 1);
    }
    map.forget(T + 1);
    expect(map.formerCount).toBe(MAX_FORMER);
    map.forget(T + 1 + HISTORY_MS);
    expect(map.formerCount).toBe(0);
    expect(map.size).toBe(0);
  });

  it('forgets one owner in the middle without losing the others', () => {
    const map = new TimedMap<string, string>();
    map.hold('a', [['address', 'a']], T, T);
    map.hold('b', [['address', 'b']], T, T);
    map.hold('c', [['address', 'c']], T, T);
    map.release('b', T);
    map.forget(T + HISTORY_MS);
    const left: string[] = [];
    for (let claim = map.claims('address'); claim !== undefined; claim = claim.next) {
      left.push(claim.value);
    }
    expect(left.sort()).toEqual(['a', 'c']);
  });
});

describe('the Service of a pod', () => {
  const pod = (namespace: string, name = 'web-0') => ({ namespace, name, addresses: [ADDRESS] });
  const slice = (namespace: string, service: string, ofPod?: string) => ({
    namespace,
    service,
    endpoints: [{ address: ADDRESS, port: 443, proto: 6, pod: ofPod }],
  });
  const servedAt = (index: ClusterIndex, timeMs = T) => {
    const end = index.at(ADDRESS, timeMs);
    return end && index.served(end, ADDRESS, 443, 6, timeMs)?.name;
  };

  it.each([
    ['names no pod', undefined],
    ['names a pod that is called the same', 'web-0'],
  ])('is none of another namespace, also where its slice %s', (_what, ofPod) => {
    const { index } = clusterAt(T);
    index.setPod('p', pod('shop'), -Infinity);
    index.setEndpoints('foreign', slice('tenant-b', 'aaa', ofPod), -Infinity);
    expect(servedAt(index)).toBeUndefined();
    index.setEndpoints('own', slice('shop', 'checkout', 'web-0'), -Infinity);
    expect(servedAt(index)).toBe('checkout');
  });

  it('is that of the one of two StatefulSets with pods of one name that has the address', () => {
    const { index, time } = clusterAt(T);
    index.setPod('a', pod('shop'), -Infinity);
    index.setEndpoints('sa', slice('shop', 'checkout', 'web-0'), -Infinity);
    index.setPod('b', pod('bank'), T + MINUTE);
    index.setEndpoints('sb', slice('bank', 'vaults', 'web-0'), T + MINUTE);
    time.nowMs = T + 2 * MINUTE;
    index.remove('a', T + 2 * MINUTE);
    expect([servedAt(index, T), servedAt(index, T + 3 * MINUTE)]).toEqual(['checkout', 'vaults']);
  });

  it('may be served by a node whatever the namespace', () => {
    const { index } = clusterAt(T);
    index.setNode('n', { name: 'node-a', addresses: [ADDRESS] }, -Infinity);
    index.setEndpoints('s', slice('monitoring', 'agents', 'agent-x'), -Infinity);
    expect(servedAt(index)).toBe('agents');
  });
});
