import React from 'react';
import { Alert, Button, EmptyState, Stack } from '@grafana/ui';
import { ConfigurationLink } from '../../components/configuration/ConfigurationLink';
import { testIds } from '../../components/testIds';
import type { ExplainedError, Narrowing } from '../../data/lokiErrors';

interface ErrorProps {
  error: ExplainedError;
  /** The limit that can be tried where that of the question is too high; absent where there is no lower one. */
  lowerLimit?: number;
  onRetry(): void;
  /** Makes the question smaller in one way, where that can be done; absent where nothing can. */
  onNarrow?(narrowing: Narrowing): void;
}

function narrowingTitle(narrowing: Narrowing, lowerLimit: number | undefined): string | undefined {
  switch (narrowing) {
    case 'time':
      return 'Ask for a quarter of the time range';
    case 'limit':
      return lowerLimit === undefined ? undefined : `Load ${lowerLimit.toLocaleString('en')} flows at most`;
    case 'filter':
      return 'Add a filter on a namespace';
  }
}

/** What failed, what to do, and what Loki said. */
export function ErrorNotice({ error, lowerLimit, onRetry, onNarrow }: ErrorProps) {
  const narrowings = (error.narrow ?? []).flatMap((narrowing) => {
    const title = narrowingTitle(narrowing, lowerLimit);
    return title === undefined ? [] : [{ narrowing, title }];
  });
  return (
    // An alert grows to fill a column of a flex layout; the box keeps it as high as its text.
    <div>
      <Alert bottomSpacing={0} severity="error" title={error.title} data-testid={testIds.flows.error}>
        <div>{error.remedy}</div>
        {error.said !== undefined && <pre>{error.said}</pre>}
        <Stack gap={1} alignItems="center" wrap="wrap">
          <Button variant="secondary" size="sm" onClick={onRetry}>
            Try again
          </Button>
          {onNarrow !== undefined &&
            narrowings.map(({ narrowing, title }) => (
              <Button key={narrowing} variant="secondary" size="sm" onClick={() => onNarrow(narrowing)}>
                {title}
              </Button>
            ))}
          {error.settings === true && <ConfigurationLink />}
        </Stack>
      </Alert>
    </div>
  );
}

interface EmptyProps {
  hasFilters: boolean;
  /** Whether flows of one direction only are asked for. */
  oneDirection: boolean;
  duplicates: boolean;
  onClearFilters(): void;
  onBothDirections(): void;
  onShowDuplicates(): void;
}

/** Nothing found, and what may bring flows into view. */
export function EmptyNotice(props: EmptyProps) {
  const { hasFilters, oneDirection, duplicates, onClearFilters, onBothDirections, onShowDuplicates } = props;
  return (
    <div data-testid={testIds.flows.empty}>
      <EmptyState
        variant="not-found"
        message="No flows found"
        button={
          <Stack gap={1} wrap="wrap" justifyContent="center">
            {hasFilters && <Button onClick={onClearFilters}>Remove all filters</Button>}
            {oneDirection && (
              <Button variant="secondary" onClick={onBothDirections}>
                Show both directions
              </Button>
            )}
            {!duplicates && (
              <Button variant="secondary" onClick={onShowDuplicates}>
                Show duplicates
              </Button>
            )}
            <ConfigurationLink button>Test the connection</ConfigurationLink>
          </Stack>
        }
      >
        {hasFilters
          ? 'No flow of this time range meets the filters. Choose a longer time range, or remove a filter.'
          : 'This time range holds no flows. Choose a longer one, or test whether flows arrive in Loki.'}
      </EmptyState>
    </div>
  );
}
