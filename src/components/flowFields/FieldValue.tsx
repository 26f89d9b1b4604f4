import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2, IconName, TimeZone } from '@grafana/data';
import { DIRECTION, type FieldDefinition } from '@netobserv-flows/schema';
import { Icon, useStyles2 } from '@grafana/ui';
import type { KnownFlow } from '../../data/flowRow';
import { formatValue } from './formatValue';
import { KindBadge } from './KindBadge';

interface Props {
  field: FieldDefinition;
  flow: KnownFlow;
  timeZone: TimeZone;
}

const DIRECTION_ICONS: Readonly<Record<number, IconName>> = {
  [DIRECTION.ingress]: 'arrow-down',
  [DIRECTION.egress]: 'arrow-up',
  [DIRECTION.inner]: 'exchange-alt',
};

/** The Kubernetes kind that a name field's badge shows. */
function kindOf(field: FieldDefinition, flow: KnownFlow): string | undefined {
  switch (field.name) {
    case 'SrcK8S_Name':
      return flow.SrcK8S_Type;
    case 'DstK8S_Name':
      return flow.DstK8S_Type;
    case 'SrcK8S_OwnerName':
      return flow.SrcK8S_OwnerType;
    case 'DstK8S_OwnerName':
      return flow.DstK8S_OwnerType;
    default:
      return undefined;
  }
}

/** A field of a flow as cells and details show it; nothing where the flow lacks it. */
export function FieldValue({ field, flow, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  const text = formatValue(field, flow, timeZone);
  if (text === undefined) {
    return null;
  }
  const kind = kindOf(field, flow);
  const icon = field.type === 'direction' ? DIRECTION_ICONS[flow.FlowDirection ?? -1] : undefined;
  if (kind === undefined && icon === undefined) {
    return <>{text}</>;
  }
  return (
    <span className={styles.value}>
      {kind !== undefined && <KindBadge kind={kind} />}
      {icon !== undefined && <Icon name={icon} size="sm" className={styles.icon} />}
      <span className={styles.text}>{text}</span>
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  value: css({ display: 'inline-flex', alignItems: 'center', maxWidth: '100%', verticalAlign: 'middle' }),
  text: css({ overflow: 'hidden', textOverflow: 'ellipsis' }),
  icon: css({ marginRight: theme.spacing(0.5), color: theme.colors.text.secondary, flexShrink: 0 }),
});
