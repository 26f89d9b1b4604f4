import { css, keyframes } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { DENSITIES, ROW_HEIGHTS, type Density } from './density';

/** Height of the sticky header in pixels, which hides as much of the view: sections, titles, border. */
export const HEADER_HEIGHT = 53;
const SECTION_HEIGHT = 24;
const TITLE_HEIGHT = 28;
const LINE_HEIGHT = 18;
const BORDER = 1;

const oneLine = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;

function perDensity<T>(make: (height: number, density: Density) => T): Record<Density, T> {
  const entries = DENSITIES.map((density) => [density, make(ROW_HEIGHTS[density] - BORDER, density)] as const);
  return Object.fromEntries(entries) as Record<Density, T>;
}

/** Styles shared by the parts of the flow table; colours and sizes are the theme's. */
export const getTableStyles = (theme: GrafanaTheme2) => {
  const focusRing = { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 };
  const tint = (colour: string) => `linear-gradient(${colour}, ${colour})`;
  const appear = keyframes({ from: { opacity: 0.2 } });
  const cell = {
    minWidth: 0,
    padding: theme.spacing(0, 1),
    boxSizing: 'border-box',
    '&:focus-visible': focusRing,
    '&:focus': { outlineOffset: -2 },
  } as const;
  return {
    scroller: css({
      position: 'relative',
      height: '100%',
      overflow: 'auto',
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
      background: theme.colors.background.primary,
      // Rows are kept in place by the table itself as others come in above.
      overflowAnchor: 'none',
      contain: 'strict',
    }),
    grid: css({
      fontSize: theme.typography.bodySmall.fontSize,
      fontVariantNumeric: 'tabular-nums',
      '&:focus': { outline: 'none' },
      '&:focus-visible': focusRing,
    }),
    // The first column stays where the others pass below it, and throws a shadow once they do.
    sideways: css({
      '& [data-row] > :first-child': { position: 'sticky', left: 0, zIndex: 1, background: 'inherit' },
    }),
    scrolledSideways: css({
      '& [data-row] > :first-child': { boxShadow: `4px 0 6px -3px ${theme.isDark ? '#000' : 'rgba(0,0,0,.35)'}` },
    }),
    header: css({
      position: 'sticky',
      top: 0,
      zIndex: 3,
      height: HEADER_HEIGHT,
      background: theme.colors.background.secondary,
      borderBottom: `1px solid ${theme.colors.border.medium}`,
    }),
    headerRow: css({ display: 'grid', gridTemplateColumns: 'var(--flow-columns)', background: 'inherit' }),
    section: css({
      ...oneLine,
      padding: theme.spacing(0.5, 1, 0),
      height: SECTION_HEIGHT,
      color: theme.colors.text.secondary,
      fontWeight: theme.typography.fontWeightMedium,
    }),
    namedSection: css({ boxShadow: `inset 1px 0 0 ${theme.colors.border.weak}` }),
    title: css({
      position: 'relative',
      display: 'flex',
      minWidth: 0,
      padding: theme.spacing(0, 1),
      height: TITLE_HEIGHT,
      fontWeight: theme.typography.fontWeightMedium,
    }),
    rightTitle: css({ justifyContent: 'flex-end' }),
    dropBefore: css({ boxShadow: `inset 2px 0 0 ${theme.colors.primary.main}` }),
    dropAfter: css({ boxShadow: `inset -2px 0 0 ${theme.colors.primary.main}` }),
    titleText: css({ ...oneLine, alignSelf: 'center' }),
    sort: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      minWidth: 0,
      padding: 0,
      border: 'none',
      background: 'transparent',
      color: theme.colors.text.primary,
      fontSize: 'inherit',
      fontWeight: theme.typography.fontWeightMedium,
      '&:hover': { color: theme.colors.text.link },
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1 },
    }),
    handle: css({
      position: 'absolute',
      top: 0,
      right: 0,
      width: 7,
      height: '100%',
      cursor: 'col-resize',
      touchAction: 'none',
      '&::after': {
        content: '""',
        position: 'absolute',
        inset: '6px 0 6px auto',
        width: 1,
        background: theme.colors.border.medium,
      },
      '&:hover::after, &:focus-visible::after': { width: 3, background: theme.colors.primary.main },
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -1 },
    }),
    body: css({ position: 'relative' }),
    footer: css({ position: 'sticky', left: 0, padding: theme.spacing(1) }),
    row: css({
      position: 'absolute',
      top: 0,
      left: 0,
      width: '100%',
      display: 'grid',
      gridTemplateColumns: 'var(--flow-columns)',
      cursor: 'pointer',
      // Nothing outside a row has to be laid out again for what changes in it.
      contain: 'strict',
      backgroundColor: theme.colors.background.primary,
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      '&:hover': { backgroundImage: tint(theme.colors.action.hover) },
      '&:focus': { outlineOffset: -2 },
      '&:focus-visible': focusRing,
    }),
    heights: perDensity((height) => css({ height: height + BORDER })),
    odd: css({ backgroundColor: theme.colors.background.canvas }),
    open: css({ backgroundImage: tint(theme.colors.action.selected) }),
    fresh: css({
      // A dot before the first cell: to be told from the others without colour too.
      '&::before': {
        content: '"●" / "New"',
        position: 'absolute',
        top: 0,
        left: 1,
        zIndex: 2,
        fontSize: 10,
        color: theme.colors.primary.text,
      },
      '@media (prefers-reduced-motion: no-preference)': { animation: `${appear} 1s ease-out` },
    }),
    one: perDensity((height, density) =>
      css(
        density === 'large'
          ? { ...cell, display: 'flex', alignItems: 'center' }
          : { ...cell, ...oneLine, lineHeight: `${height}px` }
      )
    ),
    two: perDensity((height, density) =>
      css(
        density === 'compact'
          ? { ...cell, ...oneLine, lineHeight: `${height}px` }
          : { ...cell, lineHeight: `${LINE_HEIGHT}px`, paddingTop: (height - 2 * LINE_HEIGHT) / 2 }
      )
    ),
    // Two lines of a long name, and then an ellipsis.
    wrapped: css({
      display: '-webkit-box',
      WebkitBoxOrient: 'vertical',
      WebkitLineClamp: 2,
      overflow: 'hidden',
      overflowWrap: 'anywhere',
      minWidth: 0,
      lineHeight: `${LINE_HEIGHT}px`,
    }),
    right: css({ textAlign: 'right', justifyContent: 'flex-end' }),
    line: css({ ...oneLine, display: 'block' }),
    dim: css({ color: theme.colors.text.secondary }),
    source: css({ ...oneLine, display: 'block', paddingLeft: theme.spacing(2) }),
    destination: css({
      ...oneLine,
      display: 'block',
      paddingLeft: theme.spacing(2),
      position: 'relative',
      '&::before': { content: '"→" / ""', position: 'absolute', left: 0, color: theme.colors.text.secondary },
    }),
    arrow: css({ color: theme.colors.text.secondary }),
    bar: css({
      display: 'inline-block',
      width: '70%',
      height: 8,
      borderRadius: theme.shape.radius.default,
      background: theme.colors.action.selected,
    }),
    actions: css({
      position: 'absolute',
      zIndex: 2,
      display: 'flex',
      flexDirection: 'column',
      justifyContent: 'center',
      background: theme.colors.background.elevated,
      border: `1px solid ${theme.colors.border.medium}`,
      borderRadius: theme.shape.radius.default,
      boxShadow: theme.shadows.z1,
    }),
    actionLine: css({
      display: 'flex',
      gap: theme.spacing(0.25),
      padding: theme.spacing(0, 0.25),
      height: LINE_HEIGHT,
    }),
    action: css({
      display: 'inline-flex',
      alignItems: 'center',
      justifyContent: 'center',
      width: LINE_HEIGHT,
      padding: 0,
      border: 'none',
      borderRadius: theme.shape.radius.default,
      background: 'transparent',
      color: theme.colors.text.secondary,
      '&:hover': { color: theme.colors.text.primary, background: theme.colors.action.hover },
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -1 },
    }),
    actionsInLine: css({ flexDirection: 'row' }),
  };
};

/** The styles that {@link getTableStyles} makes. */
export type TableStyles = ReturnType<typeof getTableStyles>;
