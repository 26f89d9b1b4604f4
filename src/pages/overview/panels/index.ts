import type { PanelRecipe } from '../recipe';
import { conversationsPanel } from './conversations';
import { namespacesPanel } from './namespaces';
import { totalsPanel } from './totals';

/** The panels of the overview, in their usual order. */
export const PANELS: readonly PanelRecipe[] = [totalsPanel, namespacesPanel, conversationsPanel];
