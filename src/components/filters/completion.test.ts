import { parseFilterText } from '../../flow';
import { fieldOffers, readTyping, valueOffers } from './completion';

const labels = (text: string) => fieldOffers(readTyping(text)).map(({ label }) => label);

describe('completion of typed filters', () => {
  it('offers names that begin as typed before names that only contain it', () => {
    expect(labels('dst_na').slice(0, 2).sort()).toEqual(['dst_name', 'dst_namespace']);
    const offers = labels('port');
    expect(offers[0]).toBe('port');
    expect(offers).toContain('src_port');
  });

  it('keeps what is typed before, and goes on after the name', () => {
    const [offer] = fieldOffers(readTyping('proto=tcp src_names'));
    expect(offer).toMatchObject({ text: 'proto=tcp src_namespace=', complete: false });
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
  });

  it.each(['proto=t', 'port:ht', 'bytes>1', 'exporter=1', 'mac=02', 'duplicate=t'])('knows the field of %s', (text) => {
    expect(readTyping(text).filter).toBeDefined();
  });

  it('offers values that mean exactly themselves, whatever they hold', () => {
    const values = ['demo', 'two words', 'say "hi"', 'back\\slash', 'a,b', '*star*'];
    const offers = valueOffers(readTyping('proto=tcp src_namespace='), values);
    expect(offers.map(({ label }) => label)).toEqual(values);
    offers.forEach((offer, index) => {
      const parsed = parseFilterText(offer.text);
      expect(parsed).toMatchObject({
        ok: true,
        value: [{ field: 'Proto' }, { comparison: 'equals', values: [values[index]] }],
      });
    });
  });

  it('offers only what fits, in any case', () => {
    const offers = valueOffers(readTyping('namespace=DE'), ['demo', 'shop', 'kube-dev']);
    expect(offers.map(({ label }) => label)).toEqual(['demo', 'kube-dev']);
  });

  it('offers no values for a name that is no field', () => {
    expect(valueOffers(readTyping('nonsense=x'), ['x'])).toEqual([]);
  });
});
