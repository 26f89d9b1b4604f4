import React from 'react';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { row } from '../../data/flowRow.fixture';
import { formatFilters } from '../../flow';
import { testIds } from '../testIds';
import { cellFilter } from './cellFilter';
import { FlowDetails } from './FlowDetails';

const FLOW = {
  TimeFlowEndMs: Date.UTC(2026, 10, 24),
  SrcK8S_Namespace: 'demo',
  SrcK8S_Name: 'web-1',
  SrcAddr: '10.0.0.1',
  SrcPort: 40000,
  DstAddr: '10.0.0.2',
  DstPort: 443,
  Proto: 6,
  Bytes: 1500,
  Interfaces: ['eth0', 'ovn0'],
};

describe('filters from a flow', () => {
  it.each([
    ['SrcK8S_Namespace', false, 'src_namespace="demo"'],
    ['DstPort', true, 'dst_port!=443'],
    ['Proto', false, 'proto=6'],
    ['Interfaces', false, 'interface="eth0","ovn0"'],
  ] as const)('of %s', (name, exclude, text) => {
    expect(formatFilters([cellFilter(FLOW, name, exclude)!])).toBe(text);
  });

  it('are none of times, nor of what the flow lacks', () => {
    expect(cellFilter(FLOW, 'TimeFlowEndMs')).toBeUndefined();
    expect(cellFilter(FLOW, 'DstK8S_Name')).toBeUndefined();
  });
});

describe('the details of a flow', () => {
  const onFilter = jest.fn();
  const onStep = jest.fn();
  const onClose = jest.fn();
  const show = () =>
    render(
      <FlowDetails
        row={row('a', FLOW)}
        timeZone="utc"
        conversation="what the ends exchanged"
        exploreHref="/explore"
        link={() => 'http://grafana/flow'}
        onFilter={onFilter}
        onStep={onStep}
        onClose={onClose}
      />
    );

  it('show each field that the flow has, by group, and what it means', async () => {
    show();
    const fields = await screen.findAllByTestId(testIds.details.field);
    expect(fields.map((field) => field.dataset.field).sort()).toEqual(Object.keys(FLOW).sort());
    const port = within(fields.find((field) => field.dataset.field === 'DstPort')!);
    expect(port.getByText('443 (https)')).toBeInTheDocument();
    expect(port.getByText(/Transport port of the flow’s destination/)).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'Kubernetes' })).toBeInTheDocument();
    expect(screen.queryByRole('heading', { name: 'Labels' })).not.toBeInTheDocument();
    expect(screen.getByTestId(testIds.details.explore)).toHaveAttribute('href', '/explore');

    await userEvent.click(port.getByRole('button', { name: /Without/ }));
    expect(formatFilters([onFilter.mock.lastCall[0]])).toBe('dst_port!=443');
  });

  it('say in a sentence what the flow is, and hand out a link to it', () => {
    show();
    expect(screen.getByRole('complementary', { name: 'Flow' })).toHaveTextContent(
      'demo/web-1:40000 → 10.0.0.2:443 (https)'
    );
    expect(screen.getByRole('status')).toHaveTextContent('TCP, 1.50 kB');
    expect(screen.getByTestId(testIds.details.link)).toBeInTheDocument();
  });

  it('do not call figures estimates that NetObserv’s collector did not scale', () => {
    render(
      <FlowDetails
        row={row('a', { ...FLOW, Sampling: 50 })}
        recordSource="netobserv"
        timeZone="utc"
        conversation=""
        link={() => ''}
        onFilter={onFilter}
        onClose={onClose}
      />
    );
    expect(screen.getByRole('status')).toHaveTextContent('real traffic is about 50 times as much');
  });

  it('show what is stored, and the conversation, one at a time', async () => {
    show();
    expect(screen.queryByTestId(testIds.details.raw)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('tab', { name: 'JSON' }));
    expect(JSON.parse(screen.getByTestId(testIds.details.raw).textContent ?? '')).toEqual(FLOW);
    await userEvent.click(screen.getByRole('tab', { name: 'Conversation' }));
    expect(screen.getByText('what the ends exchanged')).toBeInTheDocument();
  });

  it('go on to other flows, and close by Escape', async () => {
    show();
    await userEvent.click(screen.getByRole('button', { name: 'The flow below' }));
    expect(onStep).toHaveBeenLastCalledWith(1);
    await userEvent.click(screen.getByRole('button', { name: 'The flow above' }));
    expect(onStep).toHaveBeenLastCalledWith(-1);
    await userEvent.keyboard('{Escape}');
    expect(onClose).toHaveBeenCalledTimes(1);
  });
});
