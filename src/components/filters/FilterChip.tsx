import React, { type KeyboardEvent } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Dropdown, Icon, IconButton, Menu, useStyles2 } from '@grafana/ui';
import { negateFilter, swapFilter, type Filter } from '../../flow';
import { testIds } from '../testIds';
import { COMPARISON_WORDS, describeFilter, filterSubject, filterValues } from './describeFilter';

interface Props {
  filter: Filter;
  onChange(filter: Filter): void;
  onEdit(): void;
  onRemove(): void;
}

/** True for the comparisons that leave flows out. */
function excludes(filter: Filter): boolean {
  return filter.comparison.startsWith('not') && filter.comparison !== 'notEmpty';
}

/** One filter in words, with a menu of what can be done with it. */
export function FilterChip({ filter, onChange, onEdit, onRemove }: Props) {
  const styles = useStyles2(getStyles);
  const sentence = describeFilter(filter);
  const disabled = filter.disabled === true;
  const sided = filter.side === 'src' || filter.side === 'dst';
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const removes = event.key === 'Delete' || event.key === 'Backspace';
    // What is typed in the open menu comes by here too, though the menu stands elsewhere in the document.
    if (removes && event.currentTarget.contains(event.target as Node)) {
      event.preventDefault();
      onRemove();
    }
  };
  const menu = (
    <Menu>
      <Menu.Item label="Edit" icon="pen" onClick={onEdit} />
      <Menu.Item
        label={disabled ? 'Enable' : 'Disable'}
        icon={disabled ? 'eye' : 'eye-slash'}
        onClick={() => onChange({ ...filter, disabled: disabled ? undefined : true })}
      />
      <Menu.Item label="Negate" icon="exclamation-circle" onClick={() => onChange(negateFilter(filter))} />
      {sided && (
        <Menu.Item
          label={filter.side === 'src' ? 'Move to destination' : 'Move to source'}
          icon="exchange-alt"
          onClick={() => onChange(swapFilter(filter))}
        />
      )}
      <Menu.Divider />
      <Menu.Item label="Remove" icon="trash-alt" destructive onClick={onRemove} />
    </Menu>
  );
  return (
    <div
      role="listitem"
      data-testid={testIds.filters.chip}
      onKeyDown={onKeyDown}
      className={cx(styles.chip, excludes(filter) && styles.excludes, disabled && styles.disabled)}
    >
      <Dropdown overlay={menu} placement="bottom-start">
        <button
          type="button"
          className={styles.text}
          aria-label={`${sentence}${disabled ? ' (disabled)' : ''}: change filter`}
          aria-keyshortcuts="Delete"
          title={`${sentence}${disabled ? ' (disabled)' : ''}`}
        >
          <span className={styles.subject}>{filterSubject(filter)}</span>
          <span className={styles.comparison}>{COMPARISON_WORDS[filter.comparison]}</span>
          {filter.values.length > 0 && <span className={styles.values}>{filterValues(filter.values)}</span>}
          <Icon name="angle-down" size="sm" />
        </button>
      </Dropdown>
      <IconButton name="times" size="sm" aria-label={`Remove filter: ${sentence}`} onClick={onRemove} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  chip: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    maxWidth: 560,
    height: theme.spacing(theme.components.height.sm),
    paddingRight: theme.spacing(0.5),
    border: `1px solid ${theme.colors.border.medium}`,
    borderLeft: `3px solid ${theme.colors.primary.main}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  excludes: css({ borderLeftColor: theme.colors.error.main }),
  disabled: css({ opacity: 0.65, borderLeftColor: theme.colors.border.strong, textDecoration: 'line-through' }),
  text: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    minWidth: 0,
    height: '100%',
    padding: theme.spacing(0, 0, 0, 1),
    border: 'none',
    background: 'transparent',
    color: theme.colors.text.primary,
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}` },
  }),
  subject: css({ whiteSpace: 'nowrap', color: theme.colors.text.secondary }),
  comparison: css({ whiteSpace: 'nowrap', color: theme.colors.text.secondary }),
  values: css({
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    fontWeight: theme.typography.fontWeightMedium,
  }),
});
