import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** What the app's pages have in common: a column that fills Grafana's page, its heading with the controls beside it. */
export const getPageStyles = (theme: GrafanaTheme2) => ({
  page: css({
    display: 'flex',
    flexDirection: 'column',
    flexGrow: 1,
    minWidth: 0,
    gap: theme.spacing(1),
    padding: theme.spacing(2),
  }),
  header: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  heading: css({ ...theme.typography.h4, margin: 0, marginRight: 'auto' }),
});
