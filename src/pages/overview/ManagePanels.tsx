import React from 'react';
import { css } from '@emotion/css';
import { Checkbox, useStyles2 } from '@grafana/ui';
import { getSideStyles, OrderDialog } from '../../components/order/OrderDialog';
import { OrderList } from '../../components/order/OrderList';
import { testIds } from '../../components/testIds';
import { areUsualPanels, moved, toggled, USUAL_PANELS } from './panelChoice';
import { PANELS } from './panels';

interface Props {
  /** Ids of the panels shown, in their order. */
  panels: readonly string[];
  onChange(panels: readonly string[]): void;
  onClose(): void;
}

const titleOf = (id: string) => PANELS.find((panel) => panel.id === id)?.title ?? id;

/** Which panels are shown and in which order. What is changed shows on the page at once. */
export default function ManagePanels({ panels, onChange, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const sides = useStyles2(getSideStyles);
  return (
    <OrderDialog
      title="Panels"
      width={900}
      isUsual={areUsualPanels(panels)}
      onRestore={() => onChange(USUAL_PANELS)}
      onClose={onClose}
      data-testid={testIds.overview.managePanels}
    >
      <section className={sides.side} aria-label="All panels">
        <div className={sides.heading}>All panels</div>
        <div className={sides.scroll}>
          {PANELS.map(({ id, title }) => (
            <div key={id} className={styles.item}>
              <Checkbox
                label={title}
                value={panels.includes(id)}
                disabled={panels.length === 1 && panels.includes(id)}
                onChange={() => onChange(toggled(panels, id))}
              />
            </div>
          ))}
        </div>
      </section>
      <section className={sides.side} aria-label="Panels shown">
        <div className={sides.heading}>{panels.length} shown, from top to bottom</div>
        <OrderList
          items={panels.map((id) => ({ id, title: titleOf(id) }))}
          onMove={(from, to) => onChange(moved(panels, from, to))}
          onHide={(id) => onChange(toggled(panels, id))}
          data-testid={testIds.overview.shownPanels}
        />
      </section>
    </OrderDialog>
  );
}

const getStyles = () => ({
  item: css({ minHeight: 32, display: 'flex', alignItems: 'center' }),
});
