import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** Letters and colour (a name of the theme's palette) of the Kubernetes kinds that flows tell of. */
const KINDS: Readonly<Record<string, readonly [letters: string, colour: string]>> = {
  Pod: ['P', 'semi-dark-blue'],
  Service: ['S', 'semi-dark-green'],
  Node: ['N', 'semi-dark-purple'],
  Deployment: ['D', 'dark-blue'],
  StatefulSet: ['SS', 'dark-blue'],
  DaemonSet: ['DS', 'dark-blue'],
  ReplicaSet: ['RS', 'dark-blue'],
  Job: ['J', 'dark-orange'],
  CronJob: ['CJ', 'dark-orange'],
};

/** The letters of a kind's badge: known ones, else the capitals of its name. */
export function kindLetters(kind: string): string {
  return KINDS[kind]?.[0] ?? (kind.replace(/[^A-Z]/g, '').slice(0, 2) || kind.slice(0, 1).toUpperCase());
}

/** Styles of values. Made once a table, not once a cell: thousands of cells are drawn while scrolling. */
export const getFieldStyles = (theme: GrafanaTheme2) => {
  const badge = (background: string) =>
    css({
      display: 'inline-flex',
      alignItems: 'center',
      justifyContent: 'center',
      flexShrink: 0,
      minWidth: 18,
      height: 18,
      padding: theme.spacing(0, 0.5),
      marginRight: theme.spacing(0.75),
      borderRadius: theme.shape.radius.default,
      fontSize: theme.typography.size.xs,
      fontWeight: theme.typography.fontWeightMedium,
      lineHeight: 1,
      background,
      color: theme.colors.getContrastText(background),
    });
  const kinds = Object.entries(KINDS).map(
    ([kind, [, colour]]) => [kind, badge(theme.visualization.getColorByName(colour))] as const
  );
  return {
    value: css({ display: 'inline-flex', alignItems: 'center', maxWidth: '100%', verticalAlign: 'middle' }),
    text: css({ overflow: 'hidden', textOverflow: 'ellipsis' }),
    arrow: css({ width: '1.2em', flexShrink: 0, color: theme.colors.text.secondary }),
    kinds: new Map<string, string>(kinds),
    otherKind: badge(theme.colors.secondary.main),
  };
};

/** The styles that {@link getFieldStyles} makes. */
export type FieldStyles = ReturnType<typeof getFieldStyles>;
