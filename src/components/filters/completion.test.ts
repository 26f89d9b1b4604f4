import { filterFields, parseFilterText } from '../../flow';
import { comparisonOffers, fieldOffers, valueOffers, type Offer } from './completion';
import { readTyping } from './typing';

const labels = (offers: readonly Offer[]) => offers.map(({ label }) => label);
const fields = (text: string) => fieldOffers(readTyping(text));
const values = (text: string, from: readonly string[]) => valueOffers(readTyping(text), from);

describe('completion of typed filters', () => {
  it('offers names that begin as typed before names that only contain it', () => {
    expect(labels(fields('dst_na')).slice(0, 2).sort()).toEqual(['dst_name', 'dst_namespace']);
    expect(labels(fields('namesp'))).toEqual(['namespace', 'src_namespace', 'dst_namespace']);
  });

  it('keeps what is typed before, and goes on after the name', () => {
    const [offer] = fields('proto=tcp src_names');
    expect(offer).toMatchObject({ text: 'proto=tcp src_namespace', complete: false });
  });

  it('offers the comparisons of a complete name in signs and words, then longer names', () => {
    const offers = fields('bytes>1 port');
    expect(offers.slice(0, 8).map(({ label, hint }) => `${label}: ${hint}`)).toEqual([
      'port =: is',
      'port !=: is not',
      'port >: is more than',
      'port >=: is at least',
      'port <: is less than',
      'port <=: is at most',
      'port =*: is not empty',
      'port ="": is empty',
    ]);
    expect(offers[4]).toMatchObject({ text: 'bytes>1 port<', complete: false });
    expect(labels(offers)).toContain('src_port');
  });

  it('puts the place for the value between quotes, or before a star', () => {
    const offers = comparisonOffers(readTyping('src_name'));
    expect(offers.map(({ label, hint, back }) => [label, hint, back])).toEqual([
      ['src_name =', 'contains', undefined],
      ['src_name ="…"', 'is', 1],
      ['src_name =…*', 'starts with', 1],
      ['src_name =*…', 'ends with', undefined],
      ['src_name !=', 'does not contain', undefined],
      ['src_name !="…"', 'is not', 1],
      ['src_name =*', 'is not empty', undefined],
      ['src_name =""', 'is empty', undefined],
    ]);
  });

  it('offers of every field only comparisons that it takes, each of which reads as what its words say', () => {
    const VALUES: Record<string, string> = {
      address: '10.0.0.1',
      mac: '02:42',
      boolean: 'true',
      string: 'x',
      strings: 'x',
    };
    for (const info of filterFields()) {
      const offers = comparisonOffers(readTyping(info.keyword));
      expect(offers.length).toBeGreaterThanOrEqual(info.type === 'boolean' ? 2 : 4);
      for (const { text, complete, back = 0, hint } of offers) {
        const exact =
          info.type === 'mac' && !hint?.includes('starts') ? '02:42:ac:11:00:02' : (VALUES[info.type] ?? '1');
        const typed = complete ? text : `${text.slice(0, text.length - back)}${exact}${text.slice(text.length - back)}`;
        const parsed = parseFilterText(typed);
        expect({ typed, parsed }).toMatchObject({ parsed: { ok: true, value: [{ field: info.field }] } });
        const comparison = parsed.ok ? parsed.value[0]!.comparison : 'contains';
        expect(info.comparisons).toContain(comparison);
      }
    }
  });

  it('offers no comparisons for a name that is no field, nor once there is an operator', () => {
    expect(comparisonOffers(readTyping('nonsense'))).toEqual([]);
    expect(comparisonOffers(readTyping('port='))).toEqual([]);
    expect(comparisonOffers(readTyping(''))).toEqual([]);
  });

  it('knows the field and side once an operator follows', () => {
    expect(readTyping('src_namespace=de')).toMatchObject({
      before: '',
      fragment: 'de',
      filter: { field: 'K8S_Namespace', side: 'src', comparison: 'equals' },
    });
    expect(readTyping('bytes>1 dst_ip!=10.')).toMatchObject({
      before: 'bytes>1 ',
      fragment: '10.',
      filter: { field: 'Addr', side: 'dst', comparison: 'notEquals' },
    });
    expect(readTyping('name="a b" port != ')).toMatchObject({ before: 'name="a b" ', head: 'port != ', fragment: '' });
    expect(readTyping('name="two wo')).toMatchObject({ before: '', fragment: 'two wo' });
    expect(readTyping('name="a port=1" x')).toMatchObject({ before: 'name="a port=1" ', fragment: 'x' });
    expect(readTyping('port=1;na')).toMatchObject({ before: 'port=1;', fragment: 'na' });
  });

  it.each(['proto=t', 'port:ht', 'bytes>1', 'exporter=1', 'mac=02', 'duplicate=t'])('knows the field of %s', (text) => {
    expect(readTyping(text).filter).toBeDefined();
  });

  it('offers values that mean exactly themselves, whatever they hold', () => {
    const all = ['demo', 'two words', 'say "hi"', 'back\\slash', 'a,b', '*star*'];
    const offers = values('proto=tcp src_namespace=', all);
    expect(labels(offers)).toEqual(all);
    offers.forEach((offer, index) => {
      const parsed = parseFilterText(offer.text);
      expect(parsed).toMatchObject({
        ok: true,
        value: [{ field: 'Proto' }, { comparison: 'equals', values: [all[index]] }],
      });
    });
  });

  it('offers further alternatives, compared as those before are', () => {
    expect(values('port=http,dn', ['http', 'https', 'dns'])).toEqual([
      { text: 'port=http,dns', label: 'dns', hint: 'too', complete: true },
    ]);
    expect(labels(values('port=http,', ['http', 'https']))).toEqual(['https']);
    expect(values('ns="a b","x",de', ['demo'])[0]?.text).toBe('namespace="a b","x","demo"');
    expect(values('off:ns=shop, de', ['demo'])[0]?.text).toBe('off:namespace=shop,demo');
    expect(values('ns!=shop,de', ['demo'])[0]?.text).toBe('namespace!=shop,demo');
  });

  it('offers only what fits, in any case', () => {
    expect(labels(values('namespace=DE', ['demo', 'shop', 'kube-dev']))).toEqual(['demo', 'kube-dev']);
    expect(labels(values('namespace="DE', ['demo', 'shop']))).toEqual(['demo']);
    expect(labels(values('namespace=de*', ['demo', 'shop']))).toEqual(['demo']);
  });

  it('offers no values for a name that is no field', () => {
    expect(values('nonsense=x', ['x'])).toEqual([]);
  });
});
