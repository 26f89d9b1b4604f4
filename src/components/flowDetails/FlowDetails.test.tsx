import React from 'react';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { row } from '../../data/flowRow.fixture';
import { formatFilters } from '../../flow';
import { testIds } from '../testIds';
import { cellFilter, conversationFilters } from './cellFilter';
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

  it('name both ends of the conversation', () => {
    expect(formatFilters(conversationFilters(FLOW))).toBe(
      'src_ip=10.0.0.1 src_port=40000 dst_ip=10.0.0.2 dst_port=443 proto=6'
    );
  });
});

describe('the details of a flow', () => {
  it('show each field that the flow has, by group, with what it means, and what is stored', async () => {
    const onFilter = jest.fn();
    render(
      <FlowDetails row={row('a', FLOW)} timeZone="utc" exploreHref="/explore" onFilter={onFilter} onClose={() => {}} />
    );
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
});
