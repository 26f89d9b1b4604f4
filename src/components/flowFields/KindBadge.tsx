import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';

/** Letters and colour (a name of the theme's palette) of the kinds that flows tell of. */
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

function initials(kind: string): string {
  return kind.replace(/[^A-Z]/g, '').slice(0, 2) || kind.slice(0, 1).toUpperCase();
}

/** The small badge before a Kubernetes name that says of which kind it is. */
export function KindBadge({ kind }: { kind: string }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const [letters, colour] = KINDS[kind] ?? [initials(kind), 'text'];
  const background = colour === 'text' ? theme.colors.secondary.main : theme.visualization.getColorByName(colour);
  return (
    <span
      className={styles.badge}
      style={{ background, color: theme.colors.getContrastText(background) }}
      role="img"
      aria-label={kind}
      title={kind}
    >
      {letters}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  badge: css({
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
  }),
});
