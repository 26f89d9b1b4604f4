import { locationUtil, urlUtil } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { RULE_FOLDER, ruleDefaults, suggestedThreshold, type RuleDefaults, type RuleFolder } from '../../flow/alerts';
import { isTooManySeries, morePartitions, planRolling, type PlanSource, type RollingPlan } from '../../flow/plan';
import { withoutVariables } from '../loki';
import { runMetric } from '../lokiMetrics';
import { planSource, timeRangeOf } from '../plan/planSource';
import { subjectTexts, type AlertSubject } from './alertSubject';

/** The longest stretch of time that a rule made here watches: each evaluation reads it again. */
const MOST_MS = 24 * 3_600_000;
/** The shortest one: exporters report a flow that lasts once a minute. */
const LEAST_MS = 60_000;
/** Rollups are looked for this long before the stretch too, so that its first buckets are known to be whole. */
const MARGIN_MS = 2 * 3_600_000;
/** Groups that the stretch before may have, of those that are no longer new: as many as Loki gives. */
const MOST_BEFORE = 500;

interface Asked {
  readonly expr: string;
  readonly plan: RollingPlan;
}

/** LogQL for a subject: what the view shows, of the last stretch of time. */
export function subjectQuery(subject: AlertSubject, source: PlanSource, nowMs: number, partitions?: number): Asked {
  const { view, limit, perSecond, onlyNew } = subject;
  const windowMs = Math.min(MOST_MS, Math.max(LEAST_MS, subject.windowMs));
  const options = { nowMs, limit, partitions };
  if (onlyNew === true) {
    // The stretch before first: where that is not written yet, both are read from flows.
    const before = planRolling(view, windowMs, source, { ...options, limit: MOST_BEFORE, before: true });
    const rollups = before.source === 'flows' ? [] : source.rollups;
    const plan = planRolling(view, windowMs, { ...source, rollups }, options);
    return { expr: `${plan.expr} unless ${before.expr}`, plan: { ...plan, why: before.why } };
  }
  const plan = planRolling(view, windowMs, source, options);
  return { expr: perSecond === true ? `${plan.expr} / ${plan.windowMs / 1000}` : plan.expr, plan };
}

/** Asks a subject's query once, in more shares where Loki finds that it has too many groups. */
async function tryQuery(
  uid: string,
  subject: AlertSubject,
  source: PlanSource,
  nowMs: number,
  partitions?: number
): Promise<Asked & { readonly values: readonly number[] }> {
  const asked = subjectQuery(subject, source, nowMs, partitions);
  const range = timeRangeOf({ fromMs: nowMs - asked.plan.windowMs - asked.plan.delayMs, toMs: nowMs });
  try {
    const series = await runMetric(uid, range, { expr: asked.expr });
    return { ...asked, values: series.map(({ values }) => values[0]?.[1] ?? 0) };
  } catch (error) {
    const more = isTooManySeries(error) ? morePartitions(asked.plan.partitions) : undefined;
    if (more === undefined || subject.view.groupBy.length === 0) {
      throw error;
    }
    return tryQuery(uid, subject, source, nowMs, more);
  }
}

/** The folder of the provisioned rules, where there is one that the person may see. */
async function ruleFolder(): Promise<RuleFolder | undefined> {
  const { data } = await lastValueFrom(
    getBackendSrv().fetch<unknown>({ url: '/api/folders', params: { limit: 1000 }, showErrorAlert: false })
  );
  const folders = (Array.isArray(data) ? data : []) as ReadonlyArray<Partial<RuleFolder>>;
  const found = folders.find(({ title }) => title === RULE_FOLDER);
  return found?.uid === undefined ? undefined : { uid: found.uid, title: RULE_FOLDER };
}

/**
 * What Grafana's rule editor opens with for a subject. The query is asked once: so it is known to work, and what is
 * usual tells the threshold.
 * @param uid of the Loki data source.
 * @throws what Grafana or Loki says where the query fails (see `explainError`).
 */
export async function alertDefaults(uid: string, subject: AlertSubject, nowMs: number): Promise<RuleDefaults> {
  const span = { fromMs: nowMs - 2 * Math.min(MOST_MS, subject.windowMs) - MARGIN_MS, toMs: nowMs };
  const [source, folder] = await Promise.all([planSource(uid, span, nowMs), ruleFolder()]);
  const { expr, plan, values } = await tryQuery(uid, subject, source, nowMs);
  return ruleDefaults({
    ...subjectTexts({ ...subject, flows: [...subject.flows, ['var-ds', uid]] }, plan),
    expr: withoutVariables(expr),
    dataSourceUid: uid,
    windowMs: plan.windowMs * (subject.onlyNew === true ? 2 : 1),
    delayMs: plan.delayMs,
    threshold: subject.any === true ? 0 : suggestedThreshold(values),
    ...(folder !== undefined && { folder }),
  });
}

/**
 * Address of Grafana's rule editor, as `locationService` takes it.
 * @param returnTo address that it leads back to, likewise.
 */
export function ruleEditorUrl(defaults: RuleDefaults, returnTo: string): string {
  return urlUtil.renderUrl('/alerting/new', { defaults: JSON.stringify(defaults), returnTo });
}

/** Addresses of a rule in Grafana. */
export function ruleUrls(uid: string): { readonly view: string; readonly edit: string } {
  const id = encodeURIComponent(uid);
  return {
    view: locationUtil.assureBaseUrl(`/alerting/grafana/${id}/view`),
    edit: locationUtil.assureBaseUrl(`/alerting/${id}/edit`),
  };
}
