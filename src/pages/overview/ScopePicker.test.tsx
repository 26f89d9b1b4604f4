import React from 'react';
import { act, render } from '@testing-library/react';
import { CustomVariable, EmbeddedScene, SceneTimeRange, SceneVariableSet } from '@grafana/scenes';
import { DATA_SOURCE_VARIABLE } from '../dataSourceVariable';
import { OverviewView } from './OverviewView';
import { ScopePicker } from './ScopePicker';
import { scopeNames } from './scopeValues';

jest.mock('./scopeValues', () => ({ scopeNames: jest.fn(() => () => Promise.resolve([])) }));

it('offers the names of the data source that is chosen', () => {
  const variable = new CustomVariable({ name: DATA_SOURCE_VARIABLE, query: '', value: 'loki-1' });
  const view = new OverviewView([]);
  // The view's parent gives it time range and data source.
  new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: 'now-6h', to: 'now' }),
    $variables: new SceneVariableSet({ variables: [variable] }),
    body: view,
  });
  view.state.options.change({ scope: { kind: 'namespace', name: 'shop' } });
  render(<ScopePicker model={view} />);
  const asked = () => jest.mocked(scopeNames).mock.calls.map(([uid, kind]) => [uid, kind]);
  expect(asked()).toEqual([['loki-1', 'namespace']]);
  act(() => {
    variable.changeValueTo('loki-2');
    // As the view does where it loads anew.
    view.setState({ loading: false });
  });
  expect(asked()).toEqual([
    ['loki-1', 'namespace'],
    ['loki-2', 'namespace'],
  ]);
});
