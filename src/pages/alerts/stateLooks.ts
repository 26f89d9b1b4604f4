import type { GrafanaTheme2, IconName } from '@grafana/data';
import type { RuleStateName } from '../../data/alerts/flowRules';

/** How a state is shown. */
export interface StateLook {
  /** In Grafana's words. */
  readonly title: string;
  readonly icon: IconName;
  color(theme: GrafanaTheme2): string;
}

const calm = (theme: GrafanaTheme2) => theme.colors.text.secondary;

/** How each state is shown, by its name. */
export const STATE_LOOKS: Readonly<Record<RuleStateName, StateLook>> = {
  firing: { title: 'Firing', icon: 'fire', color: (theme) => theme.colors.error.text },
  error: { title: 'Error', icon: 'exclamation-circle', color: (theme) => theme.colors.error.text },
  pending: { title: 'Pending', icon: 'hourglass', color: (theme) => theme.colors.warning.text },
  recovering: { title: 'Recovering', icon: 'history', color: (theme) => theme.colors.warning.text },
  nodata: { title: 'No data', icon: 'question-circle', color: (theme) => theme.colors.info.text },
  normal: { title: 'Normal', icon: 'check-circle', color: (theme) => theme.colors.success.text },
  paused: { title: 'Paused', icon: 'pause-circle', color: calm },
};
