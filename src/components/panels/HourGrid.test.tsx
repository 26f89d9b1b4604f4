import React from 'react';
import { render, screen } from '@testing-library/react';
import { serveFrom } from '../subPath.fixture';
import { HourGrid } from './HourGrid';
import type { HourRow } from './types';

const DAYS: HourRow[] = [
  {
    name: 'Mon',
    cells: [
      { hour: 1, begins: '01:00', ends: '02:00', title: 'Mon 01:00–02:00', rate: 1000, fromMs: 0, toMs: 3_600_000 },
    ],
  },
];

afterEach(() => serveFrom(''));

describe('the hours of days', () => {
  it('lead to their flows, also where they are opened in a tab of their own below Grafana’s sub path', () => {
    serveFrom('/grafana');
    render(<HourGrid days={DAYS} linkTo={({ span }) => `/a/flows?from=${span?.fromMs}&to=${span?.toMs}`} />);
    expect(screen.getByRole('link', { name: 'Mon 01:00–02:00: 1.00 kB/s' })).toHaveAttribute(
      'href',
      '/grafana/a/flows?from=0&to=3600000'
    );
  });
});
