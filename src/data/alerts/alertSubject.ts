import {
  flowTableTemplate,
  labelFilter,
  literalText,
  objectsText,
  valueText,
  windowText,
  type RuleDraft,
} from '../../flow/alerts';
import type { FlowView } from '../../flow/plan';

/** What a view shows, as a rule can watch it. */
export interface AlertSubject {
  /** What is summed up, in sentence case: `Bytes sent by namespace`. */
  readonly title: string;
  readonly view: FlowView;
  /** The stretch of time that the view tells of, in ms: a rule watches the last one of that length. */
  readonly windowMs: number;
  /** Largest groups shown. */
  readonly limit: number;
  /** As a rate, in bytes a second, rather than as a sum. */
  readonly perSecond?: boolean;
  /** Those groups alone that the stretch before did not have. */
  readonly onlyNew?: boolean;
  /** Fires for any traffic at all, rather than above what is usual. */
  readonly any?: boolean;
  /** The view's filters in words; empty where there are none. */
  readonly where: string;
  /** Parameters of the flow table's address for the view's filters. */
  readonly flows: ReadonlyArray<readonly [name: string, value: string]>;
  /** Whether the values of a group go into filters on either side, as those of the view make their own side void. */
  readonly eitherSide?: boolean;
}

/** How a subject's query turned out. */
export interface AskedSubject {
  readonly windowMs: number;
  readonly delayMs: number;
  /** Where figures come from, in words. */
  readonly why: string;
}

const HOUR_MS = 3_600_000;

/** The name and the texts of a rule for a subject. */
export function subjectTexts(
  subject: AlertSubject,
  { windowMs, delayMs, why }: AskedSubject
): Pick<RuleDraft, 'name' | 'annotations'> {
  const { title, where, view, perSecond, onlyNew, flows, eitherSide } = subject;
  const name = where === '' ? title : `${title} (${where})`;
  const objects = objectsText(view.groupBy);
  const value = `${valueText('B')}B${perSecond === true ? '/s' : ''}`;
  const stretch = windowText(windowMs);
  const hours = Math.max(2, Math.ceil((2 * windowMs) / HOUR_MS));
  return {
    name,
    annotations: {
      summary: `${objects === '' ? '' : `${objects}: `}${literalText(name)}: ${value} in ${stretch}`,
      description:
        `${literalText(title)}, over the ${stretch} that ended ${windowText(delayMs)} before the evaluation` +
        `${onlyNew === true ? ', of what the same time before did not have' : ''}. ${why}`,
      runbook:
        'Open the flows and see who talks to whom. Where this is known and wanted, raise the threshold or add a filter ' +
        'to the rule.',
      flows: flowTableTemplate(
        [['from', `now-${hours}h`], ['to', 'now'], ...flows],
        view.groupBy.filter((field) => !field.endsWith('K8S_Type')).map((field) => labelFilter(field, eitherSide))
      ),
    },
  };
}
