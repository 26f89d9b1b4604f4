import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClusterIndex } from '../../src/enrich/clusterIndex';
import { enrichConfig } from '../../src/enrich/config';
import { KnownAddresses } from '../../src/enrich/knownAddresses';
import { SubnetLabels } from '../../src/enrich/subnets';
import { T } from './flow';

const ADDRESSES = ['10.128.0.1', '10.128.0.2', 'fd01::1', '192.0.2.9'];
const SPELLINGS = [...ADDRESSES, 'FD01:0:0::1', '::ffff:10.128.0.1'];
const SECOND = 1000;
/** Numbers of addresses, which come with any of them: some share a place, and none need be right. */
const HINTS = [0x0a80_0001, 0, 0x0a80_0001 + 131_072, -1, undefined];

const address = fc.constantFrom(...ADDRESSES);
const key = fc.nat(2);
/** Seconds before or after the start, as far as clocks and history go. */
const offset = fc.integer({ min: -1000, max: 1000 });

/** A change of the cluster, or a question. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('pod' as const),
    key,
    name: fc.constantFrom('web-1', 'web-2'),
    addresses: fc.uniqueArray(address, { maxLength: 2 }),
    node: fc.constantFrom('a', 'b', undefined),
    owner: fc.constantFrom(undefined, { kind: 'ReplicaSet', name: 'web' }),
    from: fc.oneof(fc.constant(-Infinity), offset),
  }),
  fc.record({ kind: fc.constant('node' as const), name: fc.constantFrom('a', 'b'), zone: fc.constantFrom('x', 'y') }),
  fc.record({ kind: fc.constant('service' as const), addresses: fc.uniqueArray(address, { maxLength: 2 }), key }),
  fc.record({
    kind: fc.constant('endpoints' as const),
    key,
    at: fc.array(fc.record({ address, port: fc.constantFrom(80, 443), proto: fc.constant(6) }), { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('controller' as const), owner: fc.constantFrom('one', 'two') }),
  fc.record({
    kind: fc.constant('remove' as const),
    key: fc.constantFrom('pod0', 'pod1', 'node-a', 'service0', 'ends1'),
  }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(300) }),
  fc.record({ kind: fc.constant('ask' as const), at: offset, port: fc.constantFrom(80, 443, 5000) })
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function apply(index: ClusterIndex, one: Step, nowMs: number): void {
  const fromMs = 'from' in one ? T + one.from * SECOND : nowMs;
  switch (one.kind) {
    case 'pod':
      index.setPod(`pod${one.key}`, { namespace: 'shop', ...one, addresses: [...one.addresses] }, fromMs);
      break;
    case 'node':
      index.setNode(`node-${one.name}`, { name: one.name, addresses: ['192.0.2.9'], zone: one.zone }, fromMs);
      break;
    case 'service': {
      const ports = [{ port: 80, proto: 6, nodePort: 5000 }];
      index.setService(
        `service${one.key}`,
        { namespace: 'shop', name: 'web', clusterIPs: one.addresses, ports },
        fromMs
      );
      break;
    }
    case 'endpoints':
      index.setEndpoints(`ends${one.key}`, { namespace: 'shop', service: `s${one.key}`, endpoints: one.at }, fromMs);
      break;
    case 'controller': {
      const owner = { kind: 'Deployment', name: one.owner };
      index.setController('controller', { namespace: 'shop', kind: 'ReplicaSet', name: 'web', owner });
      break;
    }
    case 'remove':
      index.remove(one.key, nowMs);
      break;
  }
}

describe('what is remembered of addresses', () => {
  it('is what the index says, after any changes, at any time, for any spelling and any hint', () => {
    const subnets = new SubnetLabels(
      enrichConfig.parse({ subnets: [{ name: 'lab', cidrs: ['192.0.2.0/24'] }] }).subnets
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let nowMs = T;
        let asked = 0;
        const index: ClusterIndex = new ClusterIndex(
          () => nowMs,
          (changed) => known.unsettle(changed)
        );
        const known = new KnownAddresses(index, subnets, ({ namespace }) => namespace === undefined);
        for (const one of steps) {
          if (one.kind === 'wait') {
            nowMs += one.seconds * SECOND;
          }
          apply(index, one, nowMs);
          const timeMs = one.kind === 'ask' ? T + one.at * SECOND + 1 : nowMs;
          const port = one.kind === 'ask' ? one.port : 80;
          for (const text of SPELLINGS) {
            const canonical = text.startsWith('FD') ? 'fd01::1' : text.replace('::ffff:', '');
            const named = index.at(canonical, timeMs);
            const found = known.at(text, timeMs, HINTS[asked++ % HINTS.length]);
            expect(found.named).toBe(named);
            expect(found.isInfra).toBe(named !== undefined && named.namespace === undefined);
            expect(found.subnet).toBe(subnets.label(canonical, named !== undefined));
            expect(known.served(found, port, 6, timeMs)).toEqual(
              named && index.served(named, canonical, port, 6, timeMs)
            );
          }
        }
      }),
      { numRuns: 400 }
    );
  });
});
