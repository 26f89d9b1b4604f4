import React from 'react';
import { RadioButtonGroup } from '@grafana/ui';
import { testIds } from '../testIds';
import type { Density } from './density';

const OPTIONS: Array<{ value: Density; label: string; description: string }> = [
  { value: 'compact', label: 'Compact', description: 'One line a flow' },
  { value: 'normal', label: 'Normal', description: 'Two lines a flow' },
  { value: 'large', label: 'Large', description: 'Long names on two lines' },
];

interface Props {
  density: Density;
  onChange(density: Density): void;
}

/** How much room a row takes. */
export function DensityPicker({ density, onChange }: Props) {
  return (
    <div data-testid={testIds.flowTable.density}>
      <RadioButtonGroup aria-label="Density" size="sm" options={OPTIONS} value={density} onChange={onChange} />
    </div>
  );
}
