import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { FieldMark } from './fieldMark';

/** Colours of badges (names of the theme's palette) by the Kubernetes kinds that flows tell of. */
const KIND_COLOURS: Readonly<Record<string, string>> = {
  Pod: 'semi-dark-blue',
  Service: 'semi-dark-green',
  Node: 'semi-dark-purple',
  Deployment: 'dark-blue',
  StatefulSet: 'dark-blue',
  DaemonSet: 'dark-blue',
  ReplicaSet: 'dark-blue',
  Job: 'dark-orange',
  CronJob: 'dark-orange',
};

/** Styles of values. Made once a table, not once a cell: thousands of cells are drawn while scrolling. */
export const getFieldStyles = (theme: GrafanaTheme2) => {
  const badge = (background: string) =>
    css({
      display: 'inline-block',
      minWidth: 18,
      height: 16,
      padding: theme.spacing(0, 0.5),
      marginRight: theme.spacing(0.75),
      borderRadius: theme.shape.radius.default,
      fontSize: theme.typography.size.xs,
      fontWeight: theme.typography.fontWeightMedium,
      lineHeight: '16px',
      textAlign: 'center',
      verticalAlign: 'middle',
      background,
      color: theme.colors.getContrastText(background),
      // Drawn rather than written, so that what is copied from a cell is its value.
      '&::before': { content: 'attr(data-letters)' },
    });
  const kinds = Object.entries(KIND_COLOURS).map(
    ([kind, colour]) => [kind, badge(theme.visualization.getColorByName(colour))] as const
  );
  return {
    direction: css({
      display: 'inline-block',
      width: '1.2em',
      color: theme.colors.text.secondary,
      '&::before': { content: 'attr(data-letters)' },
    }),
    outside: badge(theme.visualization.getColorByName('dark-yellow')),
    kinds: new Map<string, string>(kinds),
    otherKind: badge(theme.colors.secondary.main),
  };
};

/** The styles that {@link getFieldStyles} makes. */
export type FieldStyles = ReturnType<typeof getFieldStyles>;

/** The class of a mark. */
export function markClass(mark: FieldMark, styles: FieldStyles): string {
  if (mark.sort === 'kind') {
    return styles.kinds.get(mark.label ?? '') ?? styles.otherKind;
  }
  return styles[mark.sort];
}
