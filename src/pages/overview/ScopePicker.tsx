import React, { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { sceneGraph } from '@grafana/scenes';
import { Combobox, useStyles2, type ComboboxOption } from '@grafana/ui';
import { testIds } from '../../components/testIds';
import { explainError } from '../../data/lokiErrors';
import type { OverviewView } from './OverviewView';
import { formatScope, parseScope, SCOPE_INFO, SCOPE_KINDS, scopeName, type ScopeKind } from './scope';
import { scopeNames } from './scopeValues';

type Choice = 'cluster' | ScopeKind;

const CHOICES: Array<ComboboxOption<Choice>> = [
  { value: 'cluster', label: 'Whole cluster' },
  ...SCOPE_KINDS.map((kind) => ({ value: kind, label: SCOPE_INFO[kind].title })),
];

/** Offers that Grafana shows at once; what is typed finds the others. */
const MOST_OFFERS = 200;

/** Offers names of a kind by what is typed, from one question to Loki for each data source, kind and time range. */
function useNames(model: OverviewView, kind: ScopeKind, onProblem: (problem: string | undefined) => void) {
  const { value: range } = sceneGraph.getTimeRange(model).useState();
  const uid = model.dataSourceUid();
  return useMemo(() => {
    const span = { fromMs: range.from.valueOf(), toMs: range.to.valueOf() };
    const names = scopeNames(uid, kind, span);
    return async (typed: string): Promise<Array<ComboboxOption<string>>> => {
      try {
        const found = await names();
        onProblem(undefined);
        return found
          .filter((name) => name.toLowerCase().includes(typed.toLowerCase()))
          .slice(0, MOST_OFFERS)
          .map((value) => ({ value }));
      } catch (error) {
        // A name can be typed meanwhile.
        onProblem(`No suggestions: ${explainError(error).title}. Type one.`);
        return [];
      }
    };
  }, [uid, kind, range, onProblem]);
}

interface NameProps {
  model: OverviewView;
  kind: ScopeKind;
  onProblem(problem: string | undefined): void;
}

function NamePicker({ model, kind, onProblem }: NameProps) {
  const { options } = model.state;
  const { scope } = options.useState();
  const names = useNames(model, kind, onProblem);
  const current = scope?.kind === kind ? scopeName(scope) : null;
  const choose = (name: string) => {
    const { scope: next, problem } = parseScope(`${kind}:${name.trim()}`);
    onProblem(problem);
    if (next !== undefined && formatScope(next) !== formatScope(scope)) {
      options.change({ scope: next });
    }
  };
  const { title, namespaced } = SCOPE_INFO[kind];
  return (
    <Combobox<string>
      aria-label={title}
      options={names}
      value={current}
      width={40}
      createCustomValue
      placeholder={namespaced ? 'namespace/name' : 'Choose or type a name'}
      onChange={({ value }) => choose(value)}
      data-testid={testIds.overview.scope}
    />
  );
}

/** Chooses what the whole overview is about: the cluster, or one object of it. */
export function ScopePicker({ model }: { model: OverviewView }) {
  const styles = useStyles2(getStyles);
  const { options } = model.useState();
  const { scope, scopeProblem } = options.useState();
  /** A kind that was chosen, and of which no object is yet. */
  const [draft, setDraft] = useState<{ kind: Choice; of: string | undefined }>();
  const [problem, setProblem] = useState<string>();
  const current = formatScope(scope);
  // Whatever changed the scope since, the browser's back button included, ends the draft.
  const choice = draft !== undefined && draft.of === current ? draft.kind : (scope?.kind ?? 'cluster');
  const chooseKind = (kind: Choice) => {
    setProblem(undefined);
    if (kind === 'cluster') {
      setDraft(undefined);
      options.change({ scope: undefined });
    } else {
      setDraft({ kind, of: current });
    }
  };
  const told = problem ?? scopeProblem;
  return (
    <div className={styles.line}>
      <label htmlFor="overview-scope" className={styles.label}>
        Scope
      </label>
      <Combobox<Choice>
        id="overview-scope"
        options={CHOICES}
        value={choice}
        width={18}
        onChange={({ value }) => chooseKind(value)}
        data-testid={testIds.overview.scopeKind}
      />
      {choice !== 'cluster' && <NamePicker key={choice} model={model} kind={choice} onProblem={setProblem} />}
      {told !== undefined && (
        <span role="alert" className={styles.problem} data-testid={testIds.overview.scopeProblem}>
          {told}
        </span>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  label: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, margin: 0 }),
  problem: css({ color: theme.colors.error.text, fontSize: theme.typography.bodySmall.fontSize }),
});
