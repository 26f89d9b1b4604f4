import React, { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { TimeZone } from '@grafana/schema';
import { ClipboardButton, IconButton, LinkButton, Tab, TabContent, TabsBar, useStyles2 } from '@grafana/ui';
import type { FlowRow } from '../../data/flowRow';
import type { Filter, RecordSource } from '../../flow';
import { testIds } from '../testIds';
import { describeFlow, endWithPort } from './describeFlow';
import { FieldList } from './FieldList';

interface Props {
  row: FlowRow;
  /** Whose collector wrote it; ours where left out. */
  recordSource?: RecordSource;
  timeZone: TimeZone;
  /** What is known of the conversation that the flow is a part of. */
  conversation: ReactNode;
  /** Address of Explore with the flows between the same two ends. */
  exploreHref?: string;
  /** Address of the page with just this flow open, to hand to others. */
  link(): string;
  onFilter(filter: Filter): void;
  /** Goes to the flow before (-1) or after (1) in the order of the table; absent where there is none. */
  onStep?(step: -1 | 1): void;
  onClose(): void;
}

type View = 'fields' | 'conversation' | 'json';

const VIEWS: ReadonlyArray<readonly [View, string]> = [
  ['fields', 'Fields'],
  ['conversation', 'Conversation'],
  ['json', 'JSON'],
];

/** Everything known of one flow, in a panel beside the table: fields, its conversation, and the JSON as stored. */
export function FlowDetails(props: Props) {
  const { row, recordSource, timeZone, conversation, exploreHref, link, onFilter, onStep, onClose } = props;
  const styles = useStyles2(getStyles);
  const id = useId();
  const [view, setView] = useState<View>('fields');
  const body = useRef<HTMLDivElement>(null);
  const { flow } = row;
  const raw = JSON.stringify(row.stored, null, 2);

  useEffect(() => {
    body.current?.scrollTo?.({ top: 0 });
  }, [row.id, view]);

  // On the way down: a tooltip of a button in here would take the key for itself.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    }
  };

  return (
    <aside
      className={styles.panel}
      aria-labelledby={`${id}-title`}
      data-testid={testIds.details.drawer}
      onKeyDownCapture={onKeyDown}
    >
      <header className={styles.header}>
        <div className={styles.titleRow}>
          <h2 id={`${id}-title`} className={styles.title}>
            Flow
          </h2>
          <IconButton
            name="angle-up"
            size="lg"
            tooltip="The flow above"
            disabled={onStep === undefined}
            onClick={() => onStep?.(-1)}
          />
          <IconButton
            name="angle-down"
            size="lg"
            tooltip="The flow below"
            disabled={onStep === undefined}
            onClick={() => onStep?.(1)}
          />
          <IconButton name="times" size="lg" tooltip="Close" aria-label="Close details" onClick={onClose} />
        </div>
        <div className={styles.ends}>
          <span>{endWithPort(flow, 'Src')}</span>
          <span aria-label="to"> → </span>
          <span>{endWithPort(flow, 'Dst')}</span>
        </div>
        <div className={styles.sentence} role="status" aria-live="polite">
          {describeFlow(flow, recordSource)}
        </div>
        <div className={styles.links}>
          <ClipboardButton variant="secondary" size="sm" icon="link" getText={link} data-testid={testIds.details.link}>
            Copy link
          </ClipboardButton>
          {exploreHref !== undefined && (
            <LinkButton
              variant="secondary"
              size="sm"
              icon="compass"
              href={exploreHref}
              target="_blank"
              data-testid={testIds.details.explore}
            >
              Conversation in Explore
            </LinkButton>
          )}
        </div>
        <TabsBar hideBorder={false}>
          {VIEWS.map(([name, label]) => (
            <Tab key={name} label={label} active={view === name} onChangeTab={() => setView(name)} />
          ))}
        </TabsBar>
      </header>
      {/* Focusable, so that it can be scrolled by keyboard. */}
      <div ref={body} className={styles.body} tabIndex={0} role="region" aria-label={`Flow: ${view}`}>
        <TabContent>
          {view === 'fields' && <FieldList flow={flow} timeZone={timeZone} onFilter={onFilter} />}
          {view === 'conversation' && conversation}
          {view === 'json' && (
            <>
              <div className={styles.copy}>
                <ClipboardButton variant="secondary" size="sm" icon="copy" getText={() => raw}>
                  Copy JSON
                </ClipboardButton>
              </div>
              <pre className={styles.raw} data-testid={testIds.details.raw}>
                {raw}
              </pre>
            </>
          )}
        </TabContent>
      </div>
    </aside>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    display: 'flex',
    flexDirection: 'column',
    flex: '0 0 440px',
    minWidth: 0,
    height: '100%',
    overflow: 'hidden',
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
    // Beside the table there is no room for it: it lies over the table.
    [theme.breakpoints.down('lg')]: { position: 'absolute', inset: 0, zIndex: 3 },
  }),
  header: css({ padding: theme.spacing(1.5, 2, 0) }),
  titleRow: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h5, margin: 0, marginRight: 'auto' }),
  ends: css({ overflowWrap: 'anywhere', fontWeight: theme.typography.fontWeightMedium }),
  sentence: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
  links: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), margin: theme.spacing(1, 0) }),
  body: css({
    flex: 1,
    minHeight: 0,
    overflow: 'auto',
    padding: theme.spacing(0, 2, 2),
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
  }),
  copy: css({ display: 'flex', justifyContent: 'flex-end', margin: theme.spacing(1, 0) }),
  raw: css({ fontSize: theme.typography.bodySmall.fontSize, margin: 0 }),
});
