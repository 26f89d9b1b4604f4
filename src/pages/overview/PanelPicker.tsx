import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Checkbox, IconButton, Toggletip, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import type { OverviewOptions } from './OverviewOptions';
import { movedUp, toggled } from './panelChoice';
import { PANELS } from './panels';

/** Which panels are shown, and in which order. */
function Choice({ options }: { options: OverviewOptions }) {
  const styles = useStyles2(getStyles);
  const { panels } = options.useState();
  const hidden = PANELS.map(({ id }) => id).filter((id) => !panels.includes(id));
  return (
    <div role="group" aria-label="Panels shown" className={styles.list}>
      {[...panels, ...hidden].map((id, index) => {
        const title = PANELS.find((panel) => panel.id === id)?.title ?? id;
        const shown = panels.includes(id);
        return (
          <div key={id} className={styles.item}>
            <Checkbox
              label={title}
              value={shown}
              disabled={shown && panels.length === 1}
              onChange={() => options.change({ panels: toggled(panels, id) })}
            />
            {shown && index > 0 && (
              <IconButton
                name="arrow-up"
                size="sm"
                aria-label={`Move up: ${title}`}
                tooltip="Move up"
                onClick={() => options.change({ panels: movedUp(panels, id) })}
              />
            )}
          </div>
        );
      })}
    </div>
  );
}

/** Opens the choice of panels. */
export function PanelPicker({ options }: { options: OverviewOptions }) {
  return (
    <Toggletip content={<Choice options={options} />} placement="bottom-end" fitContent>
      <Button variant="secondary" size="sm" icon="columns" data-testid={testIds.overview.panels}>
        Panels
      </Button>
    </Toggletip>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), maxHeight: 480, overflow: 'auto' }),
  item: css({ display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: theme.spacing(2) }),
});
