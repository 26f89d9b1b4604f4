import { createElement, Fragment, type ElementType, type Key, type ReactNode } from 'react';

type Props = Record<string, unknown> & { children?: ReactNode };

function withKey(props: Props, key: Key | undefined): Props {
  return key === undefined ? props : { ...props, key };
}

/**
 * `react/jsx-runtime`'s `jsx` on `createElement` alone: Grafana 12.2 does not share the real one, and a bundled copy
 * would make elements of another React than the one that renders them.
 *
 * A list among the children stays one child, so that React still asks its items for keys.
 */
function jsx(type: ElementType, props: Props, key?: Key) {
  const { children, ...rest } = withKey(props, key);
  return 'children' in props ? createElement(type, rest, children) : createElement(type, rest);
}

/** `jsxs`: children written out in place, which need no keys; they are handed over one by one. */
function jsxs(type: ElementType, props: Props, key?: Key) {
  const { children, ...rest } = withKey(props, key);
  return Array.isArray(children) ? createElement(type, rest, ...children) : createElement(type, rest, children);
}

/** `jsxDEV`: either of the two, by `isStatic`. */
function jsxDEV(type: ElementType, props: Props, key?: Key, isStatic?: boolean) {
  return isStatic ? jsxs(type, props, key) : jsx(type, props, key);
}

export { Fragment, jsx, jsxDEV, jsxs };
