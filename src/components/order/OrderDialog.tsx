import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Modal, useStyles2 } from '@grafana/ui';

interface Props {
  title: string;
  /** How wide it is where there is room, in pixels. */
  width: number;
  /** Whether everything is as it comes with the app. */
  isUsual: boolean;
  /** All there is at the left, what is shown in its order at the right. */
  children: ReactNode;
  /** Above both sides. */
  above?: ReactNode;
  onRestore(): void;
  onClose(): void;
  'data-testid': string;
}

/** The dialog in which it is chosen what is shown and in which order; an `OrderList` in it can be dragged. */
export function OrderDialog(props: Props) {
  const styles = useStyles2(getStyles, props.width);
  return (
    <Modal
      isOpen
      title={props.title}
      onDismiss={props.onClose}
      className={styles.modal}
      contentClassName={styles.content}
    >
      <div data-testid={props['data-testid']}>
        {props.above}
        <div className={styles.sides}>{props.children}</div>
        <Modal.ButtonRow>
          <Button
            variant="secondary"
            fill="outline"
            disabled={props.isUsual}
            className={styles.still}
            onClick={props.onRestore}
          >
            Restore defaults
          </Button>
          <Button onClick={props.onClose}>Done</Button>
        </Modal.ButtonRow>
      </div>
    </Modal>
  );
}

/** Styles of the sides of an {@link OrderDialog}. */
export const getSideStyles = (theme: GrafanaTheme2) => ({
  side: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), minWidth: 0 }),
  scroll: css({ height: 'min(420px, 40vh)', overflow: 'auto' }),
  heading: css({ height: 32, display: 'flex', alignItems: 'center', color: theme.colors.text.secondary }),
});

/** For buttons that a choice changes: they would fade for a quarter of a second, and each frame paints the page. */
export const STILL = { '&&': { transition: 'none' } } as const;

const getStyles = (theme: GrafanaTheme2, width: number) => ({
  modal: css({
    width: `min(${width}px, 96vw)`,
    // Grafana centres dialogs on low screens by a transform, against which the place of what is dragged is reckoned.
    '@media (max-height: 750px)': { top: 0, transform: 'none' },
  }),
  // The lists scroll: within another scroller nothing could be dragged beyond what is in view.
  content: css({ overflow: 'hidden' }),
  sides: css({ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: theme.spacing(3) }),
  still: css(STILL),
});
