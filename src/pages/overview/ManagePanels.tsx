import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Checkbox, Modal, useStyles2 } from '@grafana/ui';
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
  return (
    <Modal isOpen title="Panels" onDismiss={onClose} className={styles.modal} contentClassName={styles.content}>
      <div data-testid={testIds.overview.managePanels}>
        <div className={styles.sides}>
          <section className={styles.side} aria-label="All panels">
            <div className={styles.heading}>All panels</div>
            <div className={styles.scroll}>
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
          <section className={styles.side} aria-label="Panels shown">
            <div className={styles.heading}>{panels.length} shown, from top to bottom</div>
            <OrderList
              items={panels.map((id) => ({ id, title: titleOf(id) }))}
              onMove={(from, to) => onChange(moved(panels, from, to))}
              onHide={(id) => onChange(toggled(panels, id))}
              data-testid={testIds.overview.shownPanels}
            />
          </section>
        </div>
        <Modal.ButtonRow>
          <Button
            variant="secondary"
            fill="outline"
            disabled={areUsualPanels(panels)}
            onClick={() => onChange(USUAL_PANELS)}
          >
            Restore defaults
          </Button>
          <Button onClick={onClose}>Done</Button>
        </Modal.ButtonRow>
      </div>
    </Modal>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  modal: css({
    width: 'min(900px, 96vw)',
    // Grafana centres dialogs on low screens by a transform, against which the place of what is dragged is reckoned.
    '@media (max-height: 750px)': { top: 0, transform: 'none' },
  }),
  // The lists scroll: within another scroller nothing could be dragged beyond what is in view.
  content: css({ overflow: 'hidden' }),
  sides: css({ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: theme.spacing(3) }),
  side: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), minWidth: 0 }),
  scroll: css({ height: 'min(420px, 40vh)', overflow: 'auto' }),
  heading: css({ height: 32, display: 'flex', alignItems: 'center', color: theme.colors.text.secondary }),
  item: css({ minHeight: 32, display: 'flex', alignItems: 'center' }),
});
