import { filtersText } from '../../flow/alerts';
import type { NamedPageFilters } from './asking';
import { only } from './recipe';
import { scopeFilters } from './scope';

/** Which flows the page's controls leave, in words; empty where they say nothing. */
export function whereText({ set, quick, scope }: NamedPageFilters): string {
  const scoped = scope === undefined ? '' : filtersText(only(...scopeFilters(scope, 'either')), []);
  return [scoped, filtersText(set, quick)].filter((text) => text !== '').join(', ');
}
