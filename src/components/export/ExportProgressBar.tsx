import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ExportProgress } from '../../data/export/exportFlows';
import { testIds } from '../testIds';

const count = (number: number) => number.toLocaleString('en');

/** How far an export is, in words. */
function progressText({ loaded, of }: ExportProgress): string {
  return of === undefined ? `${count(loaded)} flows` : `${count(loaded)} of about ${count(Math.max(of, loaded))} flows`;
}

/** How far an export is; without an end where nobody knows how many flows there are. */
export function ExportProgressBar({ progress }: { progress: ExportProgress }) {
  const styles = useStyles2(getStyles);
  const { loaded, of } = progress;
  const known = of !== undefined && of > 0;
  const share = known ? Math.min(1, loaded / of) : undefined;
  return (
    <div>
      <div
        role="progressbar"
        aria-label="Exporting flows"
        aria-valuemin={0}
        aria-valuemax={known ? Math.max(of, loaded) : undefined}
        aria-valuenow={known ? loaded : undefined}
        aria-valuetext={progressText(progress)}
        className={styles.track}
        data-testid={testIds.export.progress}
      >
        <div
          className={styles.bar}
          style={{ width: `${(share ?? 1) * 100}%`, opacity: share === undefined ? 0.4 : 1 }}
        />
      </div>
      <div className={styles.text}>{progressText(progress)}</div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  track: css({
    height: theme.spacing(1),
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    overflow: 'hidden',
  }),
  bar: css({ height: '100%', background: theme.colors.primary.main }),
  text: css({ marginTop: theme.spacing(1), color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
});
