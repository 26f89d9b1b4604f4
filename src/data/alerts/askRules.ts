import { getBackendSrv } from '@grafana/runtime';
import { fromEvent, lastValueFrom, takeUntil } from 'rxjs';
import type { ExplainedError } from '../lokiErrors';
import { flowRules, type FlowRule } from './flowRules';

const RULES_URL = '/api/prometheus/grafana/api/v1/rules';

/** Alerts of each rule that Grafana hands over; it counts the others. */
export const MOST_ALERTS = 100;

/**
 * The rules on flows and their states, as Grafana has them now.
 * @param signal ends the request.
 * @throws what Grafana says (see {@link explainRulesError}); DOMException `AbortError` where the signal stops it.
 */
export async function askRules(signal: AbortSignal): Promise<FlowRule[]> {
  const request = { url: RULES_URL, params: { limit_alerts: MOST_ALERTS }, showErrorAlert: false };
  // To unsubscribe makes Grafana cancel the request.
  const answer = getBackendSrv()
    .fetch<unknown>(request)
    .pipe(takeUntil(fromEvent(signal, 'abort')));
  const response = await lastValueFrom(answer, { defaultValue: undefined });
  if (response === undefined) {
    throw new DOMException('The request was cancelled', 'AbortError');
  }
  return flowRules(response.data);
}

/** Why the rules' states are not to be had, and what to do about it. */
export function explainRulesError(error: unknown): ExplainedError {
  const { status, data, message } = (error ?? {}) as Record<string, unknown>;
  const inner = typeof data === 'object' && data !== null ? (data as Record<string, unknown>).message : undefined;
  const said = [inner, message].find((text): text is string => typeof text === 'string' && text !== '');
  if (status === 401 || status === 403) {
    return {
      title: 'You may not see alert rules',
      remedy: 'Ask an administrator for a role that may read them (the permission alert.rules:read).',
      ...(said !== undefined && { said }),
    };
  }
  if (status === 404) {
    return {
      title: 'Grafana’s alerting is switched off',
      remedy: 'An administrator can switch it on: [unified_alerting] enabled = true in Grafana’s configuration.',
      ...(said !== undefined && { said }),
    };
  }
  return {
    title: 'Grafana does not report the states of the rules',
    remedy: 'Try again in a moment; if the error stays, look at Grafana’s log.',
    ...(said !== undefined && { said }),
  };
}
