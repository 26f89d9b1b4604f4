import { ROLLUP_APP } from '@netobserv-flows/schema';

/*
 * The steps of 'Network Observability' follow its time range, but have to be whole buckets of a tier: Grafana's own
 * choice for a range also gives 15 minutes, which hold now one sum over ten minutes and now two. So what Grafana
 * chooses only tells which tier is read, and the tier's buckets are the steps. Three variables do that, one after the
 * other: `step`, which a person sees; `tier`, the tier that goes with it; `window`, which is `tier`, or `step` where
 * none does.
 */

/**
 * Steps that a range has, about. A day still has sums over ten minutes, as those over hours leave out the hour that is
 * not over: a figure for a day could be less than that for its last six hours. From two days on it has hours.
 */
const STEPS = 36;
const AUTO = '$__auto_interval_step';
/** What a person may choose instead. */
const CHOICES = ['60s', '10m', '1h'];

/**
 * Which tier goes with an interval of Grafana's, out of the tiers that there are: that of ten minutes with minutes, that
 * of hours with hours and days. A regular expression that has the interval put in, so all that it can look at is which
 * characters that has: `[15m]` has an `m`; `[2h-z]` and `[1d-z]` have an `h`, `[15m-z]` has none. Nothing goes with
 * seconds: those are asked of flows, or of the tier of a minute.
 */
export const TIER_OF_STEP = '/^(?:10[$step]|1(?=h)[$step-z])$/';

/** Matches the tier of a window; that of a minute, where it is kept, with a window of `60s`. */
export const TIER_MATCHER = 'tier=~"$window|[^$window]m"';

const hidden = { hide: 2, skipUrlSync: true, multi: false, includeAll: false, current: {}, options: [] } as const;

/** The variables, as the dashboard has them. */
export const STEP_VARIABLES = [
  {
    type: 'interval',
    name: 'step',
    label: 'Step',
    description:
      'Length of a step: by itself ten minutes, and an hour for more than a day: for these there are sums. 60 seconds are for single flows, and for collectors that keep sums over a minute.',
    query: CHOICES.join(','),
    auto: true,
    auto_count: STEPS,
    auto_min: '10m',
    refresh: 2,
    current: { text: 'auto', value: AUTO, selected: true },
    options: [
      { text: 'auto', value: AUTO, selected: true },
      ...CHOICES.map((step) => ({ text: step, value: step, selected: false })),
    ],
    hide: 0,
    skipUrlSync: false,
  },
  {
    ...hidden,
    type: 'query',
    name: 'tier',
    label: 'Tier',
    description: 'The sums that go with the step',
    datasource: { type: 'loki', uid: '${datasource}' },
    query: { type: 1, label: 'tier', stream: `{app="${ROLLUP_APP}"}`, refId: 'Tier' },
    definition: '',
    refresh: 2,
    sort: 0,
    regex: TIER_OF_STEP,
  },
  {
    ...hidden,
    type: 'custom',
    name: 'window',
    label: 'Window',
    description: 'The step of the queries: a bucket of the sums that are read, else the step as chosen',
    query: '$tier,$step',
  },
] as const;
