import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, FieldSet, Input, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import { LONGEST_NAME, pageOf, type ViewPage } from '../../data/savedViews';
import { defaultViewProblem, viewNameProblem, type SettingsDraft, type ViewDraft } from './draft';
import { viewInWords } from './viewInWords';

interface Props {
  defaultView: string;
  views: readonly ViewDraft[];
  onChange(part: Partial<Pick<SettingsDraft, 'defaultView' | 'views'>>): void;
}

const PAGE_TITLES: Readonly<Record<ViewPage, string>> = { flows: 'Flow table', overview: 'Overview' };

/** What the address typed shows. */
function Meaning({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  const { parts, problems } = viewInWords(text);
  return (
    <div aria-live="polite">
      <dl className={styles.meaning}>
        {parts.map(({ label, text: value }, index) => (
          <React.Fragment key={`${label}-${index}`}>
            <dt>{label}</dt>
            <dd className={styles.value}>{value}</dd>
          </React.Fragment>
        ))}
      </dl>
      {problems.map((problem) => (
        <div key={problem} className={styles.problem}>
          {problem}
        </div>
      ))}
    </div>
  );
}

/** The view that the flow table opens with, and the views of everyone. */
export function ViewsSection({ defaultView, views, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const problem = defaultViewProblem(defaultView);
  const edit = (key: string, part: Partial<ViewDraft>) =>
    onChange({ views: views.map((view) => (view.key === key ? { ...view, ...part } : view)) });
  return (
    <FieldSet label="Views">
      <Field
        label="Default view"
        htmlFor="config-default-view"
        description="Paste an address of the flow table as it should open for everyone. Empty: as it comes with the app."
        invalid={problem !== undefined}
        error={problem}
      >
        <Input
          id="config-default-view"
          value={defaultView}
          placeholder="columns=Bytes,SrcK8S_Name,DstK8S_Name&sort=-Bytes"
          onChange={(event) => onChange({ defaultView: event.currentTarget.value })}
          data-testid={testIds.settings.defaultView}
        />
      </Field>
      <Meaning text={defaultView} />
      <ul className={styles.list} aria-label="Views for everyone" data-testid={testIds.settings.views}>
        {views.map((view, index) => {
          const wrong = view.deleted ? undefined : viewNameProblem(view, views);
          return (
            <li key={view.key} className={styles.row} data-testid={testIds.settings.view}>
              <Field invalid={wrong !== undefined} error={wrong} noMargin>
                <Input
                  aria-label={`Name of view ${index + 1}`}
                  width={40}
                  value={view.name}
                  maxLength={LONGEST_NAME}
                  disabled={view.deleted}
                  onChange={(event) => edit(view.key, { name: event.currentTarget.value })}
                />
              </Field>
              <Button
                type="button"
                variant="secondary"
                fill="text"
                icon={view.deleted ? 'history' : 'trash-alt'}
                onClick={() => edit(view.key, { deleted: !view.deleted })}
                aria-label={`${view.deleted ? 'Keep' : 'Delete'} view ${view.stored}`}
              >
                {view.deleted ? 'Keep' : 'Delete'}
              </Button>
              <span className={styles.hint}>{PAGE_TITLES[pageOf(view)]}</span>
              {view.deleted && <span className={styles.hint}>Will be deleted when you save</span>}
            </li>
          );
        })}
      </ul>
      {views.length === 0 && (
        <p className={styles.hint}>
          There are no views for everyone yet: save one from the Views menu of the flow table or the overview.
        </p>
      )}
    </FieldSet>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  meaning: css({ display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: theme.spacing(0.5, 2), margin: 0 }),
  value: css({ margin: 0, overflowWrap: 'anywhere' }),
  problem: css({ color: theme.colors.error.text }),
  hint: css({ color: theme.colors.text.secondary }),
  list: css({ margin: theme.spacing(2, 0, 0), padding: 0, listStyle: 'none' }),
  row: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), padding: theme.spacing(0.5, 0) }),
});
