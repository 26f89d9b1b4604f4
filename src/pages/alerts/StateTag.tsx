import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useTheme2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import type { RuleStateName } from '../../data/alerts/flowRules';
import { STATE_LOOKS } from './stateLooks';

const box = (theme: GrafanaTheme2, color: string) =>
  css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    minWidth: 84,
    color,
    fontWeight: theme.typography.fontWeightMedium,
  });

/** A state in its colour, with its sign and its word. */
export function StateTag({ state }: { state: RuleStateName }) {
  const theme = useTheme2();
  const { title, icon, color } = STATE_LOOKS[state];
  return (
    <span className={box(theme, color(theme))} data-testid={testIds.alerts.state}>
      <Icon name={icon} aria-hidden />
      {title}
    </span>
  );
}
