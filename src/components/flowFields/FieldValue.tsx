import React from 'react';
import { DIRECTION, type FieldDefinition } from '@netobserv-flows/schema';
import type { KnownFlow } from '../../data/flowRow';
import { kindLetters, type FieldStyles } from './fieldStyles';

interface Props {
  field: FieldDefinition;
  flow: KnownFlow;
  /** The value in words, by `formatValue`. */
  text: string | undefined;
  styles: FieldStyles;
}

const ARROWS: Readonly<Record<number, string>> = {
  [DIRECTION.ingress]: '↓',
  [DIRECTION.egress]: '↑',
  [DIRECTION.inner]: '⇄',
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

/** A field of a flow as cells and details show it, with badge or arrow; nothing where the flow lacks it. */
export function FieldValue({ field, flow, text, styles }: Props) {
  if (text === undefined) {
    return null;
  }
  const kind = kindOf(field, flow);
  const arrow = field.type === 'direction' ? ARROWS[flow.FlowDirection ?? -1] : undefined;
  if (kind === undefined && arrow === undefined) {
    return <>{text}</>;
  }
  return (
    <span className={styles.value}>
      {kind !== undefined && (
        <span className={styles.kinds.get(kind) ?? styles.otherKind} role="img" aria-label={kind} title={kind}>
          {kindLetters(kind)}
        </span>
      )}
      {arrow !== undefined && (
        <span className={styles.arrow} aria-hidden="true">
          {arrow}
        </span>
      )}
      <span className={styles.text}>{text}</span>
    </span>
  );
}
