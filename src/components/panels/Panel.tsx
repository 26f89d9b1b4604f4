import React, { useRef, type ReactNode } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, IconButton, LinkButton, Tooltip, useStyles2 } from '@grafana/ui';
import type { ExplainedError } from '../../data/lokiErrors';
import { ConfigurationLink } from '../configuration/ConfigurationLink';
import { testIds } from '../testIds';
import { PanelMenu, type PanelTakeaways } from './PanelMenu';
import { NOT_IN_PICTURE, savePng } from './panelPng';

/** What a panel has to show. */
export type PanelState =
  | { readonly kind: 'loading' }
  /** Nobody waits for the answer any more. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly error: ExplainedError }
  /** Nothing was found; what to do about it. */
  | { readonly kind: 'empty'; readonly message: ReactNode }
  | { readonly kind: 'shown'; readonly body: ReactNode };

interface Props {
  id: string;
  /** The question that the panel answers. */
  title: string;
  /** What is counted, and how. */
  description: string;
  /** Where the figures come from, as the plan says. */
  source?: string;
  /** In a line below the title: the answer in a sentence, or what restricts it. */
  headline?: ReactNode;
  state: PanelState;
  /** True while a newer answer is awaited. */
  stale: boolean;
  /** Takes the page's whole width, or the room of two panels. */
  wide?: 'page' | 'two';
  exploreUrl?: string;
  /** Further ways on. */
  actions?: ReactNode;
  /** Ways to take it along, but for its picture. */
  takeaways: Omit<PanelTakeaways, 'onPng'>;
  /** Name of the file of its picture, with `.png`. */
  pngName: string;
  onRetry(): void;
}

/** Widths in percent of what stands where rows will be. */
const SKELETON = [90, 70, 55, 40, 30] as const;

function Body({ state, onRetry }: Pick<Props, 'state' | 'onRetry'>) {
  const styles = useStyles2(getStyles);
  switch (state.kind) {
    case 'loading':
      return (
        <div role="progressbar" aria-label="Loading" className={styles.bones} data-testid={testIds.overview.loading}>
          {SKELETON.map((width) => (
            <div key={width} className={styles.bone} style={{ width: `${width}%` }} />
          ))}
        </div>
      );
    case 'stopped':
      return (
        <div className={styles.message} data-testid={testIds.overview.stopped}>
          <span>Stopped before it was answered.</span>
          <Button variant="secondary" size="sm" onClick={onRetry}>
            Try again
          </Button>
        </div>
      );
    case 'failed':
      return (
        <div role="alert" data-testid={testIds.overview.failed} className={styles.message}>
          <strong>{state.error.title}</strong>
          <span>{state.error.remedy}</span>
          {state.error.said !== undefined && <code className={styles.said}>{state.error.said}</code>}
          <span>
            <Button variant="secondary" size="sm" onClick={onRetry}>
              Try again
            </Button>{' '}
            {state.error.settings === true && <ConfigurationLink />}
          </span>
        </div>
      );
    case 'empty':
      return (
        <div className={styles.message} data-testid={testIds.overview.empty}>
          {state.message}
        </div>
      );
    case 'shown':
      return <>{state.body}</>;
  }
}

/** A panel: a question, where its figures come from, the answer, and ways to take it along. */
export function Panel(props: Props) {
  const { id, title, description, source, headline, state, stale, wide, exploreUrl, actions, onRetry } = props;
  const { takeaways, pngName } = props;
  const styles = useStyles2(getStyles);
  const element = useRef<HTMLElement>(null);
  const onPng = async () => {
    if (element.current !== null) {
      await savePng(element.current, pngName);
    }
  };
  return (
    <section
      ref={element}
      className={cx(styles.panel, wide !== undefined && styles[wide])}
      aria-labelledby={`overview-${id}`}
      aria-busy={stale || state.kind === 'loading'}
      data-testid={testIds.overview.panel}
      data-panel={id}
    >
      <header className={styles.header}>
        <h2 id={`overview-${id}`} className={styles.title}>
          {title}
        </h2>
        {/* By itself an icon with a tooltip goes by its text, which is none here. */}
        <Tooltip
          content={
            <>
              <div>{description}</div>
              {source !== undefined && <div data-testid={testIds.overview.source}>{source}</div>}
            </>
          }
        >
          <IconButton {...NOT_IN_PICTURE} name="info-circle" size="sm" aria-label={`About “${title}”`} />
        </Tooltip>
        <span className={styles.actions} {...NOT_IN_PICTURE}>
          {actions}
          {exploreUrl !== undefined && (
            <LinkButton
              icon="compass"
              size="sm"
              fill="text"
              variant="secondary"
              href={exploreUrl}
              aria-label="Open the query in Explore"
              tooltip="Open the query in Explore"
            />
          )}
          <PanelMenu title={title} {...takeaways} {...(state.kind === 'shown' && { onPng })} />
        </span>
      </header>
      {headline !== undefined && <div className={styles.headline}>{headline}</div>}
      <div style={stale ? { opacity: 0.7 } : undefined}>
        <Body state={state} onRetry={onRetry} />
      </div>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    minWidth: 0,
    padding: theme.spacing(1.5),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  page: css({ gridColumn: '1 / -1' }),
  // Where there is one column only, two would make the page scroll sideways.
  two: css({ gridColumn: 'span 2', [theme.breakpoints.down('lg')]: { gridColumn: '1 / -1' } }),
  header: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h6, margin: 0 }),
  actions: css({ marginLeft: 'auto', display: 'flex', alignItems: 'center', gap: theme.spacing(0.5) }),
  headline: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  message: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    color: theme.colors.text.secondary,
  }),
  bones: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  bone: css({ height: 14, borderRadius: theme.shape.radius.default, background: theme.colors.background.secondary }),
  said: css({ maxHeight: 120, overflow: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }),
});
