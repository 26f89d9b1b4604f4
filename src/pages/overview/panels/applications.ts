import type { Row } from '../../../components/panels/types';
import { formatBytes } from '../../../flow';
import { earlier, linked, rateOf, sumsBy, tellsAll, withChange } from '../groups';
import { APPLICATIONS, exactly, TRAFFIC } from '../questions';
import { behind, type Answered, type PanelRecipe } from '../recipe';
import { ROWS } from './sides';

const HTTPS: readonly string[] = ['https', 'https-alt'];
/** Applications that are the web. */
const WEB: readonly string[] = ['http', 'http-alt', ...HTTPS];

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
      const row: Row = {
        id: name,
        name: name === '' ? 'no well-known port' : name,
        parts: [{ title: 'both ways', value: bytes }],
        ...linked([name], behind(exactly('Application', name))),
      };
      return withChange(row, answered, earlier(answered, before, name));
    });
}

/** The web's share of all traffic, by rates: the two answers may have been rounded to ranges of different lengths. */
function headline(answered: Answered, traffic: Answered): string | undefined {
  const now = sums(answered, 'now') ?? new Map<string, number>();
  const all = rateOf(
    traffic.now.groups.reduce((sum, { value }) => sum + value, 0),
    traffic.now
  );
  if (all === 0) {
    return undefined;
  }
  const told = (...names: readonly string[]) => names.reduce((sum, name) => sum + (now.get(name) ?? 0), 0);
  const isKnown = tellsAll(answered.now) || WEB.every((name) => now.has(name));
  const web = told(...WEB);
  const encrypted = isKnown && web > 0 ? `, ${Math.round((100 * told(...HTTPS)) / web)}% of it HTTPS` : '';
  return `Web: ${isKnown ? '' : '≥ '}${Math.round((100 * rateOf(web, answered.now)) / all)}% (${formatBytes(web)})${encrypted}`;
}

export const applicationsPanel: PanelRecipe = {
  id: 'applications',
  title: 'What is the traffic, and how much of it is web?',
  description:
    'Bytes by application, as the well-known port at either end or the collector’s configuration names it. Web is HTTP and HTTPS on their usual ports (80, 443, 8008, 8080, 8088, 8443).',
  asks: [APPLICATIONS],
  context: [TRAFFIC],
  look: ({ of }) => ({
    kind: 'rows',
    headline: headline(of(APPLICATIONS), of(TRAFFIC)),
    rows: rows(of(APPLICATIONS)),
  }),
};
