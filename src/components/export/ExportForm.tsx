import React, { useId } from 'react';
import { Field, RadioButtonGroup, RadioButtonList } from '@grafana/ui';
import { testIds } from '../testIds';
import type { ExportChoice, ExportSource } from './useExport';

interface Props {
  source: ExportSource;
  choice: ExportChoice;
  onChange(choice: ExportChoice): void;
}

const FORMATS: Array<{ value: ExportChoice['format']; label: string; description: string }> = [
  { value: 'csv', label: 'CSV', description: 'For spreadsheets and most programs' },
  { value: 'json', label: 'JSON', description: 'With types and lists, one flow a line' },
];

const ALL_COLUMNS: Readonly<Record<ExportChoice['format'], string>> = {
  csv: 'A column for every field there is',
  json: 'Every key as it is stored, those without a column included',
};

const count = (number: number) => number.toLocaleString('en');

function matchingText({ total, cap, request }: ExportSource): string {
  if (request === undefined) {
    return 'Not before flows were asked for';
  }
  const order = 'Read from Loki page by page, the newest first';
  return total !== undefined && total <= cap ? `${order}.` : `${order}, ${count(cap)} at most.`;
}

/** What to export: format, columns, rows. */
export function ExportForm({ source, choice, onChange }: Props) {
  const id = useId();
  const { rows, total, request } = source;
  const matching = total === undefined ? 'Everything that matches' : `Everything that matches, about ${count(total)}`;
  return (
    <>
      <Field label="Format" data-testid={testIds.export.format}>
        <RadioButtonGroup
          aria-label="Format"
          options={FORMATS}
          value={choice.format}
          onChange={(format) => onChange({ ...choice, format })}
        />
      </Field>
      <Field
        label="Columns"
        description={choice.columns === 'all' ? ALL_COLUMNS[choice.format] : 'In the order of the table'}
        data-testid={testIds.export.columns}
      >
        <RadioButtonGroup
          aria-label="Columns"
          options={[
            { value: 'shown' as const, label: 'Shown' },
            { value: 'all' as const, label: 'All' },
          ]}
          value={choice.columns}
          onChange={(columns) => onChange({ ...choice, columns })}
        />
      </Field>
      <Field label="Rows" data-testid={testIds.export.rows} noMargin>
        <RadioButtonList
          name={`${id}-rows`}
          options={[
            {
              value: 'loaded' as const,
              label: `The ${count(rows.length)} loaded`,
              description: 'In the order of the table.',
            },
            { value: 'matching' as const, label: matching, description: matchingText(source) },
          ]}
          disabledOptions={[
            ...(rows.length === 0 ? ['loaded' as const] : []),
            ...(request === undefined ? ['matching' as const] : []),
          ]}
          value={choice.rows}
          onChange={(chosen) => onChange({ ...choice, rows: chosen })}
        />
      </Field>
    </>
  );
}
