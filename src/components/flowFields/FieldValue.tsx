import React from 'react';
import type { FieldDefinition } from '@netobserv-flows/schema';
import type { KnownFlow } from '../../data/flowRow';
import { fieldMark, textBeside, type FieldMark } from './fieldMark';
import { markClass, type FieldStyles } from './fieldStyles';

/** A badge or an arrow before a value. */
export function markElement(mark: FieldMark, styles: FieldStyles): React.ReactElement {
  return mark.label === undefined ? (
    <span className={markClass(mark, styles)} data-letters={mark.letters} aria-hidden="true" />
  ) : (
    <span
      className={markClass(mark, styles)}
      data-letters={mark.letters}
      role="img"
      aria-label={mark.label}
      title={mark.label}
    />
  );
}

interface Props {
  field: FieldDefinition;
  flow: KnownFlow;
  /** The value in words, by `formatValue`. */
  text: string | undefined;
  styles: FieldStyles;
}

/** A field of a flow as details show it, with badge or arrow; nothing where the flow lacks it. */
export function FieldValue({ field, flow, text, styles }: Props) {
  if (text === undefined) {
    return null;
  }
  const mark = fieldMark(field, flow);
  return (
    <>
      {mark !== undefined && markElement(mark, styles)}
      <span>{textBeside(mark, text)}</span>
    </>
  );
}
