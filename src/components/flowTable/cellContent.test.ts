import { columnRecipe } from './cellContent';

describe('a name that an end lacks', () => {
  const flow = { SrcK8S_Name: 'web-1', SrcK8S_Type: 'Pod', SrcAddr: '10.0.0.1', DstAddr: '203.0.113.7' };

  it('gives its place to the address, told apart from a name', () => {
    expect(columnRecipe('DstK8S_Name', 'utc').content(flow)).toEqual({
      parts: [{ text: '203.0.113.7', standIn: true }],
      title: '203.0.113.7',
    });
    expect(columnRecipe('SrcK8S_Name', 'utc').content(flow)?.parts[0]).not.toHaveProperty('standIn');
  });

  it('does so in cells of both ends too', () => {
    const both = columnRecipe('K8S_Name', 'utc').content(flow);
    expect(both?.title).toBe('web-1 → 203.0.113.7');
    expect(both?.parts[1]).toEqual({ text: '203.0.113.7', standIn: true });
  });

  it('stays empty where there is no address either, and for other fields', () => {
    expect(columnRecipe('DstK8S_Name', 'utc').content({})).toBeUndefined();
    expect(columnRecipe('DstK8S_OwnerName', 'utc').content(flow)).toBeUndefined();
  });
});
