import type { Row } from '../../../components/panels/types';
import { formatBytes } from '../../../flow';
import { changeWithin, sumsBy } from '../groups';
import { APPLICATIONS, exactly } from '../questions';
import { behind, type Answered, type PanelRecipe } from '../recipe';
import { ROWS } from './sides';

/** Applications that are the web. */
const WEB: readonly string[] = ['http', 'https', 'http-alt', 'https-alt'];

const sums = (answered: Answered, period: 'now' | 'before') => {
  const answer = answered[period];
  return answer && sumsBy(answer, ({ labels }) => labels.Application ?? '');
};

function rows(answered: Answered): Row[] {
  const before = sums(answered, 'before');
  return [...(sums(answered, 'now') ?? [])]
    .sort(([, a], [, b]) => b - a)
    .slice(0, ROWS)
    .map(([name, bytes]) => {
      const earlier = before?.get(name) ?? (answered.before?.complete === true ? 0 : undefined);
      const change = earlier === undefined ? undefined : changeWithin(answered, bytes, earlier);
      return {
        id: name,
        name: name === '' ? 'no well-known port' : name,
        parts: [{ title: 'both ways', value: bytes }],
        ...(change !== undefined && { change }),
        behind: behind(exactly('Application', name)),
      };
    });
}

function headline(answered: Answered): string | undefined {
  const now = sums(answered, 'now') ?? new Map<string, number>();
  const all = [...now.values()].reduce((sum, value) => sum + value, 0);
  if (all === 0) {
    return undefined;
  }
  const web = WEB.reduce((sum, name) => sum + (now.get(name) ?? 0), 0);
  const https = (now.get('https') ?? 0) + (now.get('https-alt') ?? 0);
  const encrypted = web > 0 ? `, ${Math.round((100 * https) / web)}% of it HTTPS` : '';
  return `Web: ${Math.round((100 * web) / all)}% (${formatBytes(web)})${encrypted}`;
}

export const applicationsPanel: PanelRecipe = {
  id: 'applications',
  title: 'What is the traffic, and how much of it is web?',
  description:
    'Bytes by application, as the well-known port at either end or the collector’s configuration names it. Web is HTTP and HTTPS on their usual ports (80, 443, 8008, 8080, 8088, 8443).',
  asks: [APPLICATIONS],
  look: ({ of }) => ({ kind: 'rows', headline: headline(of(APPLICATIONS)), rows: rows(of(APPLICATIONS)) }),
};
