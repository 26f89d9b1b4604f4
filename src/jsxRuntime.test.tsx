import { createRef, type ReactNode } from 'react';
import { render } from '@testing-library/react';
import { Fragment, jsx, jsxDEV, jsxs } from './jsxRuntime';

describe('the JSX runtime', () => {
  let errors: jest.SpyInstance;
  beforeEach(() => {
    errors = jest.spyOn(console, 'error').mockImplementation(() => {});
  });
  afterEach(() => errors.mockRestore());

  it('asks for no keys of children written out in place', () => {
    const { container } = render(jsxs('p', { children: [jsx('b', { children: 'a' }), jsx('i', { children: 'b' })] }));
    expect(container.innerHTML).toBe('<p><b>a</b><i>b</i></p>');
    expect(errors).not.toHaveBeenCalled();
  });

  it('still asks for keys of a list', () => {
    render(jsx('section', { children: ['a', 'b'].map((text) => jsx('b', { children: text })) }));
    expect(errors).toHaveBeenCalledWith(expect.stringContaining('unique "key"'), ...errors.mock.calls[0]!.slice(1));
  });

  it('hands a list of one over as a list', () => {
    let seen: ReactNode;
    const Reader = ({ children }: { children?: ReactNode }) => {
      seen = children;
      return null;
    };
    render(jsx(Reader, { children: [jsx('b', {}, 'only')] }));
    expect(Array.isArray(seen)).toBe(true);
  });

  it('takes keys and refs', () => {
    const ref = createRef<HTMLElement>();
    const element = jsx('b', { ref, children: 0 }, 'k');
    expect(element.key).toBe('k');
    const { container } = render(jsx(Fragment, { children: element }));
    expect(ref.current).toBe(container.firstChild);
    expect(container.textContent).toBe('0');
  });

  it('tells lists from children in place by jsxDEV’s flag', () => {
    render(jsxDEV('p', { children: ['a', 'b'] }, undefined, true));
    expect(errors).not.toHaveBeenCalled();
  });
});
