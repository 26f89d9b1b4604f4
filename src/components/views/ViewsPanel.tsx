import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, ClipboardButton, useStyles2 } from '@grafana/ui';
import { sameView, searchWith, viewOf, viewSearch, withoutView, withView, type SavedView } from '../../data/savedViews';
import { testIds } from '../testIds';
import { SaveViewForm } from './SaveViewForm';
import { useViews, type ViewsOwner } from './useViews';
import { ViewRow } from './ViewRow';
import type { ViewsMenuProps } from './ViewsMenu';

const TITLES: Readonly<Record<ViewsOwner, string>> = { mine: 'My views', org: 'Views for everyone' };

function linkTo(search: string): string {
  const { origin, pathname } = window.location;
  const query = search.replace(/^\?/, '');
  return `${origin}${pathname}${query === '' ? '' : `?${query}`}`;
}

/** The views there are, and what can be done with the one shown. */
export function ViewsPanel({ page, search, parameters, canAdmin, onApply }: ViewsMenuProps) {
  const styles = useStyles2(getStyles);
  const { mine, org, defaultView, notice, busy, changeViews, setDefaultView } = useViews(page);
  const [saving, setSaving] = useState(false);

  const apply = (view: string) => onApply(searchWith(view, search));
  const save = async (owner: ViewsOwner, view: SavedView) => {
    if (await changeViews(owner, (views) => withView(views, view))) {
      setSaving(false);
    }
  };
  const isDefault = sameView(defaultView ?? '', search);
  const list = (owner: ViewsOwner, views: readonly SavedView[]) => (
    <section aria-label={TITLES[owner]} data-testid={testIds.views[owner]}>
      <h2 className={styles.title}>{TITLES[owner]}</h2>
      {views.length === 0 && <div className={styles.hint}>None yet</div>}
      <ul className={styles.list}>
        {views.map((view) => (
          <ViewRow
            key={view.name}
            view={view}
            current={sameView(view.search, search)}
            editable={owner === 'mine' || canAdmin}
            busy={busy}
            link={linkTo(view.search)}
            onApply={() => apply(view.search)}
            onOverwrite={() =>
              // The time range stays what it is there for: kept where the view had one.
              void save(
                owner,
                viewOf(
                  page,
                  view.name,
                  viewSearch(search, { keepTime: /(?:^|&)(?:from|to)=/.test(view.search), parameters })
                )
              )
            }
            onDelete={() => void changeViews(owner, (all) => withoutView(all, view))}
          />
        ))}
      </ul>
    </section>
  );
  const problems = [notice, ...(mine?.problems ?? [])].filter((text) => text !== undefined);

  return (
    <div className={styles.panel} data-testid={testIds.views.menu}>
      <div className={styles.scroll}>
        {mine === undefined ? <div className={styles.hint}>Loading your views…</div> : list('mine', mine.views)}
        {(org.length > 0 || canAdmin) && list('org', org)}
      </div>
      <div aria-live="polite" data-testid={testIds.views.notice}>
        {problems.map((problem) => (
          <div key={problem} className={styles.problem}>
            {problem}
          </div>
        ))}
        {mine?.place === 'browser' && (
          <div className={styles.hint}>
            Your own views are kept in this browser only: Grafana could not keep them with your account, or you are not
            signed in.
          </div>
        )}
      </div>
      {saving ? (
        <SaveViewForm
          page={page}
          search={search}
          parameters={parameters}
          canAdmin={canAdmin}
          busy={busy}
          taken={{ mine: (mine?.views ?? []).map(({ name }) => name), org: org.map(({ name }) => name) }}
          onSave={(owner, view) => void save(owner, view)}
          onCancel={() => setSaving(false)}
        />
      ) : (
        <div className={styles.actions}>
          <Button
            size="sm"
            icon="save"
            disabled={mine === undefined}
            onClick={() => setSaving(true)}
            data-testid={testIds.views.save}
          >
            Save this view
          </Button>
          <ClipboardButton size="sm" variant="secondary" icon="link" getText={() => linkTo(search)}>
            Copy link
          </ClipboardButton>
          <Button
            size="sm"
            variant="secondary"
            disabled={isDefault}
            onClick={() => apply(defaultView ?? '')}
            data-testid={testIds.views.restore}
          >
            Restore default
          </Button>
          {canAdmin && page === 'flows' && !isDefault && (
            <Button
              size="sm"
              variant="secondary"
              disabled={busy}
              tooltip="The flow table opens with it for everyone in the organisation"
              onClick={() => void setDefaultView(viewSearch(search, { parameters }))}
            >
              Make default
            </Button>
          )}
          {canAdmin && defaultView !== undefined && (
            <Button size="sm" variant="secondary" disabled={busy} onClick={() => void setDefaultView(undefined)}>
              Clear default
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), width: 340, maxWidth: '90vw' }),
  scroll: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), maxHeight: 320, overflow: 'auto' }),
  title: css({ ...theme.typography.bodySmall, margin: 0, color: theme.colors.text.secondary }),
  list: css({ margin: 0, padding: 0, listStyle: 'none' }),
  hint: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
  problem: css({ ...theme.typography.bodySmall, color: theme.colors.error.text }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
});
