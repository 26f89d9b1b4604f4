import type { FlowsBehind } from '../../components/panels/types';
import type { AlertSubject } from '../../data/alerts/alertSubject';
import { courseStep } from '../../data/plan/answerCourse';
import { activeFilters } from '../../flow';
import type { TimeSpan } from '../../flow/plan';
import { viewOf, type NamedPageFilters } from './asking';
import { flowsParameters, narrowed } from './flowsLink';
import { INSECURE, insecureQuick } from './insecureAsk';
import { TRAFFIC } from './questions';
import type { Ask, PanelRecipe } from './recipe';
import { whereText } from './whereText';

/** What an ask is about as filters of the flow table: a quick filter where it is one, else filters that can be joined. */
function aboutOf(ask: Ask): FlowsBehind {
  const quick = ask === INSECURE ? insecureQuick() : undefined;
  if (quick !== undefined) {
    return { filters: [], quick: [quick.name] };
  }
  const { about } = ask;
  if (about === undefined) {
    return { filters: [] };
  }
  return { filters: about.match === 'all' || about.filters.length <= 1 ? about.filters : [] };
}

function subjectOf(ask: Ask, page: NamedPageFilters): Omit<AlertSubject, 'windowMs'> {
  const behind = aboutOf(ask);
  const flows = narrowed(page, behind);
  const sided = activeFilters(flows).some(({ side }) => side === 'src' || side === 'dst');
  return {
    title: ask.watched ?? '',
    view: viewOf(ask, page),
    limit: ask.limit,
    where: whereText(page),
    flows: flowsParameters(page, behind),
    ...(flows.bidirectional && sided && { eitherSide: true }),
    ...(ask.anyFires === true && { any: true }),
  };
}

/**
 * What of a panel a rule can watch: each question that it asks, of the last stretch of time as long as the page's; for
 * the course over time, of the last step.
 * @param stepMs length of a step, where the course is answered.
 */
export function alertSubjects(
  recipe: PanelRecipe,
  page: NamedPageFilters,
  span: TimeSpan,
  stepMs: number = courseStep(span)
): AlertSubject[] {
  const windowMs = span.toMs - span.fromMs;
  const asked = recipe.asks
    .filter(({ watched }) => watched !== undefined)
    .map((ask): AlertSubject => {
      const subject = { ...subjectOf(ask, page), windowMs };
      return recipe.comparing === true
        ? { ...subject, title: `${subject.title}, new since before`, onlyNew: true, any: true }
        : subject;
    });
  const course: AlertSubject[] =
    recipe.course === true
      ? [
          {
            ...subjectOf(TRAFFIC, page),
            title: 'Traffic in, out and inside the cluster',
            windowMs: stepMs,
            perSecond: true,
          },
        ]
      : [];
  return [...asked, ...course];
}
