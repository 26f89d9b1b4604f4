import React, { useState, type FormEvent } from 'react';
import { css } from '@emotion/css';
import type { AppPluginMeta, GrafanaTheme2, PluginConfigPageProps } from '@grafana/data';
import { DataSourcePicker } from '@grafana/runtime';
import { Alert, Button, Combobox, Field, FieldSet, LinkButton, Stack, useStyles2 } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import { PLUGIN_BASE_URL } from '../../constants';
import { DEFAULT_FLOW_LIMIT, FLOW_LIMITS, readAppSettings, type AppSettings } from '../../data/appSettings';
import { testConnection, type Finding } from '../../data/connectionTest';
import { explainError, type ExplainedError } from '../../data/lokiErrors';
import { saveSettings } from '../../data/saveSettings';
import { Findings } from './Findings';

const LIMITS = FLOW_LIMITS.map((limit) => ({ value: limit, label: limit.toLocaleString('en') }));

/** What a task of the page is at. */
type Progress<T> = { state: 'idle' } | { state: 'running' } | { state: 'done'; value: T };

/** The app's configuration: data source, default limit, and a test of the way to flows. */
export default function ConfigPage({ plugin }: PluginConfigPageProps<AppPluginMeta<AppSettings>>) {
  const styles = useStyles2(getStyles);
  const { meta } = plugin;
  const [settings, setSettings] = useState<AppSettings>(() => readAppSettings(meta.jsonData));
  const [saving, setSaving] = useState<Progress<ExplainedError | undefined>>({ state: 'idle' });
  const [test, setTest] = useState<Progress<readonly Finding[]>>({ state: 'idle' });

  const change = (part: Partial<AppSettings>) => {
    setSettings({ ...settings, ...part });
    setSaving({ state: 'idle' });
    setTest({ state: 'idle' });
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setSaving({ state: 'running' });
    try {
      await saveSettings(meta, settings);
      setSaving({ state: 'done', value: undefined });
      // Grafana hands the settings to the app when it loads it; only a new load takes them up everywhere.
      reload();
    } catch (error) {
      setSaving({ state: 'done', value: explainError(error) });
    }
  };
  const run = async () => {
    setTest({ state: 'running' });
    setTest({ state: 'done', value: await testConnection(settings.lokiUid) });
  };

  return (
    <form className={styles.form} onSubmit={(event) => void save(event)} data-testid={testIds.config.form}>
      <FieldSet label="Flows">
        <Field
          label="Loki data source"
          description="Where the collector writes flows. Pages start with it; another can be chosen there."
        >
          <div data-testid={testIds.config.dataSource}>
            <DataSourcePicker
              inputId="config-data-source"
              type="loki"
              current={settings.lokiUid ?? null}
              noDefault
              placeholder="Choose a Loki data source"
              width={40}
              onChange={({ uid }) => change({ lokiUid: uid })}
            />
          </div>
        </Field>
        <Field
          label="Default limit"
          htmlFor="config-limit"
          description="How many flows the table loads at most until another limit is chosen there."
        >
          <Combobox<number>
            id="config-limit"
            options={LIMITS}
            value={settings.defaultLimit ?? DEFAULT_FLOW_LIMIT}
            width={20}
            onChange={({ value }) => change({ defaultLimit: value })}
            data-testid={testIds.config.limit}
          />
        </Field>
      </FieldSet>
      <Stack gap={1}>
        <Button type="submit" disabled={saving.state === 'running'} data-testid={testIds.config.save}>
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
        <LinkButton variant="secondary" fill="text" href={`${PLUGIN_BASE_URL}/flows`}>
          Open flow table
        </LinkButton>
      </Stack>
      {saving.state === 'done' && saving.value !== undefined && (
        <Alert severity="error" title="The settings were not saved" topSpacing={2}>
          {saving.value.said ?? saving.value.title}. {saving.value.remedy}
        </Alert>
      )}
      {test.state === 'done' && <Findings findings={test.value} />}
    </form>
  );
}

function reload(): void {
  window.location.reload();
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ maxWidth: 800, paddingTop: theme.spacing(1) }),
});
