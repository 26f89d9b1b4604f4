import React, { useState } from 'react';
import { Button, Toggletip } from '@grafana/ui';
import type { ViewPage } from '../../data/savedViews';
import { testIds } from '../testIds';
import { ViewsPanel } from './ViewsPanel';

/** What the menu of views gets from the page. */
export interface ViewsMenuProps {
  /** The page, which has its own views. */
  page: ViewPage;
  /** The page's search string now, with or without a question mark. */
  search: string;
  /** The URL parameters that make a view; all but time range, open flow, data source and refresh where left out. */
  parameters?: readonly string[];
  /** Whether the person may change views and default for everyone (`mayChangeSettings`). */
  canAdmin: boolean;
  /** Shows a view: the search string, without a question mark, goes into the address as one step of its history. */
  onApply(search: string): void;
}

/** The button that opens the saved views. */
export function ViewsMenu(props: ViewsMenuProps) {
  const [open, setOpen] = useState(false);
  const apply = (search: string) => {
    setOpen(false);
    props.onApply(search);
  };
  return (
    <Toggletip
      show={open}
      onOpen={() => setOpen(true)}
      onClose={() => setOpen(false)}
      content={<ViewsPanel {...props} onApply={apply} />}
      placement="bottom-end"
      fitContent
    >
      <Button variant="secondary" icon="bookmark" size="sm" aria-haspopup="dialog" data-testid={testIds.views.button}>
        Views
      </Button>
    </Toggletip>
  );
}
