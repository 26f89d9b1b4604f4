import React, { useId } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { TimeZone } from '@grafana/schema';
import { GROUP_TITLES, type FieldDefinition, type FieldGroup, type FieldName } from '@netobserv-flows/schema';
import { IconButton, useStyles2 } from '@grafana/ui';
import { fieldsOf, type KnownFlow } from '../../data/flowRow';
import type { Filter } from '../../flow';
import { FieldValue } from '../flowFields/FieldValue';
import { getFieldStyles } from '../flowFields/fieldStyles';
import { formatValue } from '../flowFields/formatValue';
import { testIds } from '../testIds';
import { cellFilter } from './cellFilter';

/** The groups of fields, in the order in which people look for them. */
const GROUPS: readonly FieldGroup[] = ['kubernetes', 'network', 'volume', 'labels', 'time', 'observation'];

interface FieldRowProps {
  field: FieldDefinition;
  flow: KnownFlow;
  timeZone: TimeZone;
  onFilter(filter: Filter): void;
}

function FieldRow({ field, flow, timeZone, onFilter }: FieldRowProps) {
  const styles = useStyles2(getStyles);
  const fieldStyles = useStyles2(getFieldStyles);
  const name = field.name as FieldName;
  const [only, without] = [cellFilter(flow, name), cellFilter(flow, name, true)];
  return (
    <div className={styles.field} data-testid={testIds.details.field} data-field={name}>
      <dt className={styles.title}>
        {field.title}
        <div className={styles.meaning}>{field.description}</div>
      </dt>
      <dd className={styles.value}>
        <span>
          <FieldValue field={field} flow={flow} text={formatValue(field, flow, timeZone)} styles={fieldStyles} />
        </span>
        <span className={styles.actions}>
          {only !== undefined && (
            <IconButton
              name="search-plus"
              tooltip={`Only flows with this ${field.title}`}
              onClick={() => onFilter(only)}
            />
          )}
          {without !== undefined && (
            <IconButton
              name="search-minus"
              tooltip={`Without flows with this ${field.title}`}
              onClick={() => onFilter(without)}
            />
          )}
        </span>
      </dd>
    </div>
  );
}

interface Props {
  flow: KnownFlow;
  timeZone: TimeZone;
  onFilter(filter: Filter): void;
}

/** Every field that a flow has, by group: its value in words, what it means, and filters for and against it. */
export function FieldList({ flow, timeZone, onFilter }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const fields = fieldsOf(flow);
  return (
    <>
      {GROUPS.map((group) => {
        const ofGroup = fields.filter((field) => field.group === group);
        return (
          ofGroup.length > 0 && (
            <section key={group} aria-labelledby={`${id}-${group}`}>
              <h3 id={`${id}-${group}`} className={styles.heading}>
                {GROUP_TITLES[group]}
              </h3>
              <dl className={styles.fields}>
                {ofGroup.map((field) => (
                  <FieldRow key={field.name} field={field} flow={flow} timeZone={timeZone} onFilter={onFilter} />
                ))}
              </dl>
            </section>
          )
        );
      })}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  heading: css({ ...theme.typography.h6, margin: theme.spacing(2, 0, 0.5) }),
  fields: css({ margin: 0 }),
  field: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 5fr) minmax(0, 6fr)',
    alignItems: 'start',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 0),
    borderTop: `1px solid ${theme.colors.border.weak}`,
  }),
  title: css({ fontWeight: theme.typography.fontWeightMedium }),
  meaning: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontWeight: theme.typography.fontWeightRegular,
  }),
  value: css({
    display: 'flex',
    justifyContent: 'space-between',
    gap: theme.spacing(0.5),
    margin: 0,
    overflowWrap: 'anywhere',
    fontVariantNumeric: 'tabular-nums',
  }),
  actions: css({ display: 'flex', flexShrink: 0, gap: theme.spacing(0.25) }),
});
