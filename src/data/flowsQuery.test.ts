import { DEFAULT_LABELS } from '@netobserv-flows/schema';
import { NO_FILTERS, parseFilterText, type FilterSet } from '../flow';
import { flowsQuery } from './flowsQuery';
import { withoutVariables } from './loki';

function filters(text: string): FilterSet {
  const parsed = parseFilterText(text);
  if (!parsed.ok) {
    throw new Error(parsed.error);
  }
  return { ...NO_FILTERS, filters: parsed.value };
}

describe('the query for flows', () => {
  it('asks for the newest, without duplicates', () => {
    expect(flowsQuery({ set: NO_FILTERS, labels: DEFAULT_LABELS, duplicates: false, limit: 100 })).toEqual({
      refId: 'flows',
      expr: '{app="netobserv-flowcollector"} != `"Duplicate":true`',
      queryType: 'range',
      maxLines: 100,
      direction: 'backward',
    });
  });

  it('does not offer the text of a filter to Grafana’s variables', () => {
    const { expr } = flowsQuery({
      set: filters('src_name="$__range ${ds} [[ds]]"'),
      labels: DEFAULT_LABELS,
      duplicates: true,
      limit: 100,
    });
    expect(expr).not.toMatch(/\$|\[\[/);
  });

  it('passes further sets on, joined as each of them says', () => {
    const also = [{ ...filters('port=53 proto=udp'), match: 'any' as const }, filters('bytes>1')];
    const request = { set: filters('src_name=a'), labels: DEFAULT_LABELS, duplicates: true, limit: 5, refId: 'top' };
    const { expr, refId } = flowsQuery({ ...request, also });
    expect(refId).toBe('top');
    expect(expr).toContain('| (SrcPort="53" or DstPort="53") or Proto="17" |');
    expect(expr).toMatch(/\| SrcK8S_Name=~.* \| .* \| Bytes>=2/);
  });

  it('writes what Loki reads as the same text', () => {
    expect(withoutVariables('|~ `a"\\d$` | plain = `x`')).toBe('|~ "a\\"\\\\d\\x24" | plain = `x`');
    expect(withoutVariables('{a="x$y", b="[[z"} |= "p\\"$q" | c > 1')).toBe(
      '{a="x\\x24y", b="\\x5b\\x5bz"} |= "p\\"\\x24q" | c > 1'
    );
  });
});
