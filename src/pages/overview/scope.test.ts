import fc from 'fast-check';
import { flowMatcher } from '../../flow';
import { formatScope, parseScope, scopeNamed, scopeSet, scopeTitle } from './scope';

describe('the scope of the overview', () => {
  it.each([
    ['namespace:shop', 'namespace shop'],
    ['workload:shop/frontend', 'workload shop/frontend'],
    ['workload:node-1', 'workload node-1'],
    ['node:node-1', 'node node-1'],
    ['service:shop/web', 'Service shop/web'],
  ])('%s is %s, and is written as it was read', (text, title) => {
    const { scope, problem } = parseScope(text);
    expect(problem).toBeUndefined();
    expect(scopeTitle(scope!)).toBe(title);
    expect(formatScope(scope)).toBe(text);
  });

  it.each([undefined, null, '', []])('is the whole cluster for %j', (value) => {
    expect(parseScope(value)).toEqual({});
    expect(formatScope(undefined)).toBeUndefined();
  });

  it.each([
    ['shop', /“shop”.*namespace, workload, node, service/],
    ['pod:x', /“pod:x”/],
    ['namespace:', /names no namespace/],
    ['service:shop/', /names no Service/],
    ['workload:/web', /names no workload/],
    [`namespace:${'x'.repeat(600)}`, /^scope: .*Namespace.*500/],
    ['namespace:a\u0000b', /^scope: Namespace: /],
  ])('is refused in words for %j', (text, problem) => {
    expect(parseScope(text)).toEqual({ problem: expect.stringMatching(problem) as string });
  });

  it('never fails, whatever the address says', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { scope } = parseScope(`workload:${text}`);
        expect(scope === undefined || formatScope(scope) === `workload:${text}`).toBe(true);
      })
    );
  });

  it('takes flows in both directions, of which one end is the object', () => {
    const matches = flowMatcher(scopeSet(scopeNamed('workload', 'shop/web')));
    const [web, other] = [
      { namespace: 'shop', owner: 'web' },
      { namespace: 'blog', owner: 'db' },
    ];
    const flow = (from: typeof web, to: typeof web) => ({
      SrcK8S_Namespace: from.namespace,
      SrcK8S_OwnerName: from.owner,
      DstK8S_Namespace: to.namespace,
      DstK8S_OwnerName: to.owner,
    });
    expect(matches(flow(web, other))).toBe(true);
    expect(matches(flow(other, web))).toBe(true);
    expect(matches(flow(other, other))).toBe(false);
    // The namespace of one end and the name of the other are not the object.
    expect(matches(flow({ namespace: 'shop', owner: 'db' }, { namespace: 'blog', owner: 'web' }))).toBe(false);
  });
});
