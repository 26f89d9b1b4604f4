import type { FieldGroup } from '@netobserv-flows/schema';

/** Headings of the groups of fields, in the order in which people look for them. */
export const GROUP_TITLES: Readonly<Record<FieldGroup, string>> = {
  time: 'Time',
  kubernetes: 'Kubernetes',
  network: 'Network',
  volume: 'Volume',
  labels: 'Labels',
  observation: 'Observation',
};
