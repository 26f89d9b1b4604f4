import { viewInWords } from './viewInWords';

describe('a view in words', () => {
  it('says what an address shows, part by part', () => {
    const { parts, problems } = viewInWords(
      'https://g/a/netobserv-flows-app/flows?filter=port%3Dhttps&filter=src_namespace%3D%22demo%22&match=any&columns=Bytes,K8S_Namespace&sort=-Bytes&density=compact&flow=1'
    );
    expect(problems).toEqual([]);
    expect(parts).toEqual([
      { label: 'Filters', text: 'port=https  src_namespace="demo"' },
      { label: 'Match', text: 'any' },
      { label: 'Columns', text: 'Bytes, Namespace' },
      { label: 'Sort', text: 'Bytes, highest first' },
      { label: 'Density', text: 'compact' },
    ]);
  });

  it('tells what of it cannot be read', () => {
    const { parts, problems } = viewInWords('filter=port%3D70000&columns=Bytes,Nonsense&sort=x');
    expect(parts).toEqual([{ label: 'Columns', text: 'Bytes' }]);
    expect(problems).toHaveLength(3);
    expect(problems.join()).toMatch(/70000.*Nonsense.*sort/);
  });

  it('says nothing of nothing', () => {
    expect(viewInWords('')).toEqual({ parts: [], problems: [] });
  });
});
