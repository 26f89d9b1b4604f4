import React from 'react';
import { DataSourcePicker } from '@grafana/runtime';
import { Combobox, Field, FieldSet, Input } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import { DEFAULT_EXPORT_CAP, DEFAULT_FLOW_LIMIT, EXPORT_CAPS, FLOW_LIMITS } from '../../data/appSettings';
import { capProblem, type SettingsDraft } from './draft';

interface Props {
  draft: SettingsDraft;
  /** The data source that pages start with, chosen or not. */
  lokiUid: string | undefined;
  onChange(part: Partial<SettingsDraft>): void;
}

const LIMITS = FLOW_LIMITS.map((limit) => ({ value: limit, label: limit.toLocaleString('en') }));

/** Where flows are, and how many are loaded and exported. */
export function FlowsSection({ draft, lokiUid, onChange }: Props) {
  const problem = capProblem(draft.exportCap);
  return (
    <FieldSet label="Flows">
      <Field
        label="Loki data source"
        description="Where the collector writes flows. Pages start with it; another can be chosen there."
      >
        <div data-testid={testIds.config.dataSource}>
          <DataSourcePicker
            inputId="config-data-source"
            type="loki"
            current={lokiUid ?? null}
            noDefault
            placeholder="Choose a Loki data source"
            width={40}
            onChange={({ uid }) => onChange({ lokiUid: uid })}
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
          value={draft.defaultLimit ?? DEFAULT_FLOW_LIMIT}
          width={20}
          onChange={({ value }) => onChange({ defaultLimit: value })}
          data-testid={testIds.config.limit}
        />
      </Field>
      <Field
        label="Cap of exports"
        htmlFor="config-export-cap"
        description={`How many flows one export of everything that matches writes at most, ${EXPORT_CAPS.least.toLocaleString('en')} to ${EXPORT_CAPS.most.toLocaleString('en')}.`}
        invalid={problem !== undefined}
        error={problem}
      >
        <Input
          id="config-export-cap"
          inputMode="numeric"
          width={20}
          value={draft.exportCap}
          placeholder={String(DEFAULT_EXPORT_CAP)}
          onChange={(event) => onChange({ exportCap: event.currentTarget.value })}
          data-testid={testIds.settings.exportCap}
        />
      </Field>
    </FieldSet>
  );
}
