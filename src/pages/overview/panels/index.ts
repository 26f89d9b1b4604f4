import type { PanelRecipe } from '../recipe';
import { applicationsPanel } from './applications';
import { conversationsPanel } from './conversations';
import { coursePanel } from './course';
import { hoursPanel } from './hours';
import { insecurePanel } from './insecure';
import { namespacesPanel } from './namespaces';
import { newPanel } from './fresh';
import { nodesPanel } from './nodes';
import { peersPanel } from './peers';
import { podsPanel } from './pods';
import { servicesPanel } from './services';
import { totalsPanel } from './totals';
import { workloadsPanel } from './workloads';

/** The panels of the overview, in their usual order. */
export const PANELS: readonly PanelRecipe[] = [
  totalsPanel,
  coursePanel,
  namespacesPanel,
  workloadsPanel,
  podsPanel,
  servicesPanel,
  conversationsPanel,
  peersPanel,
  applicationsPanel,
  insecurePanel,
  newPanel,
  nodesPanel,
  hoursPanel,
];
