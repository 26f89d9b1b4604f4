import React, { useMemo, useState, type FormEvent } from 'react';
import { css } from '@emotion/css';
import { locationUtil, type AppPluginMeta, type GrafanaTheme2, type PluginConfigPageProps } from '@grafana/data';
import { Alert, Button, LinkButton, Stack, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import { PLUGIN_BASE_URL } from '../../constants';
import { examineSettings, type AppSettings } from '../../data/appSettings';
import { testConnection, type Finding } from '../../data/connectionTest';
import { explainError, type ExplainedError } from '../../data/lokiErrors';
import { changeSettings } from '../../data/saveSettings';
import { startingLoki } from '../../data/startingLoki';
import { canSave, changesOf, draftOf, quickFilterDrafts, type SettingsDraft } from './draft';
import { ExportersSection } from './ExportersSection';
import { Findings } from './Findings';
import { FlowsSection } from './FlowsSection';
import { QuickFiltersSection } from './QuickFiltersSection';
import { SettingsProblems } from './SettingsProblems';
import { ViewsSection } from './ViewsSection';

/** What a task of the page is at. */
type Progress<T> = { state: 'idle' } | { state: 'running' } | { state: 'done'; value: T };

/** The test of a data source: of another, it tells nothing. */
type ConnectionTest = Progress<readonly Finding[]> & { readonly of: string | undefined };

/** The app's configuration: data source, limits, quick filters, views, and a test of the way to flows. */
export default function ConfigPage({ plugin }: PluginConfigPageProps<AppPluginMeta<AppSettings>>) {
  const styles = useStyles2(getStyles);
  const { jsonData } = plugin.meta;
  const examined = useMemo(() => examineSettings(jsonData), [jsonData]);
  const [draft, setDraft] = useState<SettingsDraft>(() => draftOf(examined.settings));
  const [saving, setSaving] = useState<Progress<ExplainedError | undefined>>({ state: 'idle' });
  const [lastTest, setTest] = useState<ConnectionTest>({ state: 'idle', of: undefined });
  const lokiUid = startingLoki(draft.lokiUid);
  const test: ConnectionTest = lastTest.of === lokiUid ? lastTest : { state: 'idle', of: lokiUid };
  const problems = [
    ...examined.problems.map(({ problem }) => problem),
    ...quickFilterDrafts(examined.settings.quickFilters).problems,
  ];

  const change = (part: Partial<SettingsDraft>) => {
    setDraft((last) => ({ ...last, ...part }));
    setSaving({ state: 'idle' });
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setSaving({ state: 'running' });
    try {
      await changeSettings((stored) => changesOf(draft, examined, stored));
      setSaving({ state: 'done', value: undefined });
      // Grafana hands the settings to the app when it loads it; only a new load takes them up everywhere.
      reload();
    } catch (error) {
      setSaving({ state: 'done', value: explainError(error) });
    }
  };
  const run = async () => {
    setTest({ state: 'running', of: lokiUid });
    const value = await testConnection(lokiUid);
    // Another data source may be chosen, and tested, meanwhile.
    setTest((last) => (last.of === lokiUid ? { state: 'done', value, of: lokiUid } : last));
  };
  const sound = canSave(draft);

  return (
    <>
      <form className={styles.form} onSubmit={(event) => void save(event)} data-testid={testIds.config.form}>
        <SettingsProblems problems={problems} />
        <FlowsSection draft={draft} lokiUid={lokiUid} onChange={change} />
        <QuickFiltersSection quickFilters={draft.quickFilters} onChange={(quickFilters) => change({ quickFilters })} />
        <ViewsSection defaultView={draft.defaultView} views={draft.views} onChange={change} />
        <Stack gap={1} alignItems="center" wrap="wrap">
          <Button type="submit" disabled={saving.state === 'running' || !sound} data-testid={testIds.config.save}>
            {saving.state === 'running' ? 'Saving…' : 'Save'}
          </Button>
          <Button
            type="button"
            variant="secondary"
            disabled={test.state === 'running'}
            onClick={() => void run()}
            data-testid={testIds.config.test}
          >
            {test.state === 'running' ? 'Testing…' : 'Test connection'}
          </Button>
          <LinkButton variant="secondary" fill="text" href={locationUtil.assureBaseUrl(`${PLUGIN_BASE_URL}/flows`)}>
            Open flow table
          </LinkButton>
          {!sound && <span role="status">Correct what is marked above, then save.</span>}
        </Stack>
        {saving.state === 'done' && saving.value !== undefined && (
          <Alert severity="error" title="The settings were not saved" topSpacing={2}>
            {saving.value.said ?? saving.value.title}. {saving.value.remedy}
          </Alert>
        )}
        {test.state === 'done' && <Findings findings={test.value} />}
      </form>
      <ExportersSection uid={lokiUid} />
    </>
  );
}

function reload(): void {
  window.location.reload();
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ maxWidth: 800, paddingTop: theme.spacing(1) }),
});
