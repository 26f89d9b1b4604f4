import { createElement, Fragment, type ElementType, type Key } from 'react';

/**
 * `react/jsx-runtime` for the bundled libraries, on `createElement` alone: Grafana 12.2 does not share the real one,
 * and a bundled copy would make elements of another React than the one that renders them.
 */
function jsx(type: ElementType, props: Record<string, unknown>, key?: Key) {
  const { children, ...rest } = props;
  const withKey = key === undefined ? rest : { ...rest, key };
  return Array.isArray(children)
    ? createElement(type, withKey, ...children)
    : children === undefined
      ? createElement(type, withKey)
      : createElement(type, withKey, children as React.ReactNode);
}

export { Fragment, jsx, jsx as jsxs, jsx as jsxDEV };
