import React, { lazy, Suspense, useState } from 'react';
import { Button } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import type { OverviewOptions } from './OverviewOptions';

const ManagePanels = lazy(() => import(/* webpackChunkName: "panels" */ './ManagePanels'));

/** Opens the choice of panels and their order. */
export function PanelPicker({ options }: { options: OverviewOptions }) {
  const { panels } = options.useState();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="secondary"
        size="sm"
        icon="columns"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        data-testid={testIds.overview.panels}
      >
        Panels
      </Button>
      <Suspense fallback={null}>
        {open && (
          <ManagePanels
            panels={panels}
            onChange={(next) => options.change({ panels: next })}
            onClose={() => setOpen(false)}
          />
        )}
      </Suspense>
    </>
  );
}
