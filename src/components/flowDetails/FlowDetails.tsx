import React, { useId } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { TimeZone } from '@grafana/schema';
import type { FieldDefinition, FieldGroup, FieldName } from '@netobserv-flows/schema';
import { ClipboardButton, CollapsableSection, Drawer, IconButton, LinkButton, useStyles2 } from '@grafana/ui';
import { fieldsOf, type FlowRow, type KnownFlow } from '../../data/flowRow';
import type { Filter } from '../../flow';
import { FieldValue } from '../flowFields/FieldValue';
import { getFieldStyles } from '../flowFields/fieldStyles';
import { formatValue } from '../flowFields/formatValue';
import { GROUP_TITLES } from '../flowTable/ColumnPicker';
import { testIds } from '../testIds';
import { cellFilter } from './cellFilter';

interface Props {
  row: FlowRow;
  timeZone: TimeZone;
  /** Address of Explore with the flows between the same two ends. */
  exploreHref?: string;
  onFilter(filter: Filter): void;
  onClose(): void;
}

function endName(flow: KnownFlow, side: 'Src' | 'Dst'): string {
  const name = flow[`${side}K8S_Name`] ?? flow[`${side}K8S_OwnerName`];
  const namespace = flow[`${side}K8S_Namespace`];
  if (name !== undefined) {
    return namespace === undefined ? name : `${namespace}/${name}`;
  }
  return flow[`${side}Addr`] ?? flow[`${side}Mac`] ?? 'unknown';
}

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
        <FieldValue field={field} flow={flow} text={formatValue(field, flow, timeZone)} styles={fieldStyles} />
      </dd>
      <div className={styles.actions}>
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
      </div>
    </div>
  );
}

/** Everything known of one flow, in a drawer: fields by group with what they mean, and the JSON as stored. */
export function FlowDetails({ row, timeZone, exploreHref, onFilter, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const { flow } = row;
  const fields = fieldsOf(flow);
  const raw = JSON.stringify(row.stored, null, 2);
  return (
    <Drawer title="Flow" subtitle={`${endName(flow, 'Src')} → ${endName(flow, 'Dst')}`} size="md" onClose={onClose}>
      <div className={styles.body} data-testid={testIds.details.drawer}>
        <div className={styles.links}>
          {exploreHref !== undefined && (
            <LinkButton
              variant="secondary"
              size="sm"
              icon="compass"
              href={exploreHref}
              target="_blank"
              data-testid={testIds.details.explore}
            >
              This conversation in Explore
            </LinkButton>
          )}
          <ClipboardButton variant="secondary" size="sm" icon="copy" getText={() => raw}>
            Copy JSON
          </ClipboardButton>
        </div>
        {(Object.keys(GROUP_TITLES) as FieldGroup[]).map((group) => {
          const ofGroup = fields.filter((field) => field.group === group);
          return (
            ofGroup.length > 0 && (
              <section key={group} aria-labelledby={`${id}-${group}`}>
                <h5 id={`${id}-${group}`} className={styles.heading}>
                  {GROUP_TITLES[group]}
                </h5>
                <dl className={styles.fields}>
                  {ofGroup.map((field) => (
                    <FieldRow key={field.name} field={field} flow={flow} timeZone={timeZone} onFilter={onFilter} />
                  ))}
                </dl>
              </section>
            )
          );
        })}
        <CollapsableSection label="As stored in Loki" isOpen={false}>
          <pre data-testid={testIds.details.raw}>{raw}</pre>
        </CollapsableSection>
      </div>
    </Drawer>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  body: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  links: css({ display: 'flex', gap: theme.spacing(1) }),
  heading: css({ margin: theme.spacing(0, 0, 0.5) }),
  fields: css({ margin: 0 }),
  field: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr) 56px',
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
  value: css({ margin: 0, overflowWrap: 'anywhere', fontVariantNumeric: 'tabular-nums' }),
  actions: css({ display: 'flex', justifyContent: 'flex-end', gap: theme.spacing(0.5) }),
});
