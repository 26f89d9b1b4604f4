import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

const cellStyle = (theme: GrafanaTheme2) => ({
  minWidth: 0,
  padding: theme.spacing(0, 1),
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap' as const,
});

/** Styles shared by the parts of the flow table; colours and sizes are the theme's. */
export const getTableStyles = (theme: GrafanaTheme2) => ({
  scroller: css({
    height: '100%',
    overflow: 'auto',
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
    // The rows move by transform: nothing outside has to be laid out again.
    contain: 'strict',
  }),
  grid: css({ fontSize: theme.typography.bodySmall.fontSize, fontVariantNumeric: 'tabular-nums' }),
  header: css({
    position: 'sticky',
    top: 0,
    zIndex: 1,
    background: theme.colors.background.secondary,
    borderBottom: `1px solid ${theme.colors.border.medium}`,
  }),
  headerRow: css({ display: 'grid' }),
  section: css({
    padding: theme.spacing(0.5, 1, 0),
    height: 24,
    color: theme.colors.text.secondary,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  namedSection: css({ boxShadow: `inset 1px 0 0 ${theme.colors.border.weak}` }),
  title: css({ display: 'flex', minWidth: 0, padding: theme.spacing(0, 1), height: 28 }),
  titleText: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  sort: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    minWidth: 0,
    padding: 0,
    border: 'none',
    background: 'transparent',
    color: theme.colors.text.primary,
    fontWeight: theme.typography.fontWeightMedium,
    '&:hover': { color: theme.colors.text.link },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1 },
  }),
  body: css({ position: 'relative' }),
  row: css({
    position: 'absolute',
    top: 0,
    left: 0,
    width: '100%',
    height: 34,
    display: 'grid',
    alignItems: 'center',
    cursor: 'pointer',
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  odd: css({ background: theme.colors.background.canvas }),
  open: css({ background: theme.colors.action.selected }),
  cell: css(cellStyle(theme)),
  rightCell: css({ ...cellStyle(theme), textAlign: 'right' }),
  rightTitle: css({ justifyContent: 'flex-end' }),
});
