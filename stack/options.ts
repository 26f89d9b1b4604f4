import { parseArgs } from 'node:util';
import { INCIDENTS, incidentNamed, type IncidentName } from './demo/traffic/incidents';

/** What `npm start -- …` was asked for. */
export interface StartOptions {
  /** Run the demo cluster; without it only real exporters are taken. */
  readonly demo: boolean;
  /** Hours of history that the demo sends first, 0 to 160. */
  readonly hours: number;
  readonly seed: number;
  /** Scales the demo's connections and volume. */
  readonly rate: number;
  /** What goes wrong in the demo cluster, so that alerts fire. */
  readonly incident?: IncidentName;
  /** Do not use Docker. */
  readonly native: boolean;
  readonly help: boolean;
}

export const USAGE = `npm start -- [options]: runs Loki, the collector, a demo cluster and Grafana with the app.

  --no-demo    no demo cluster: listens for real exporters on UDP 2055, 4739 and 6343, Grafana asks for a login
  --hours N    hours of history that the demo sends first, 0 to 160 (default 6); with Docker at the first start only
  --seed N     which demo cluster (default 1); each has its own data, but with Docker (docs/demo.md)
  --rate F     scales the demo's connections and volume, 0.01 to 100 (default 1)
  --incident NAME  from 15 minutes before now to 20 minutes after, so that alerts fire and end (runs without Docker):
${Object.entries(INCIDENTS)
  .map(([name, what]) => `                 ${name.padEnd(13)} ${what}`)
  .join('\n')}
  --native     do not use Docker, even where it is there
  --help       this

Environment: LOKI_URL takes a running Loki; GRAFANA_HOME names a Grafana to run.
`;

function number(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max)) {
    throw new Error(`--${option}: "${text}" is not a number from ${min} to ${max}`);
  }
  return value;
}

/**
 * Reads the arguments.
 * @throws Error naming the option that is not known or whose value is out of range.
 */
export function parseOptions(args: readonly string[]): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'no-demo': { type: 'boolean', default: false },
      hours: { type: 'string', default: '6' },
      seed: { type: 'string', default: '1' },
      rate: { type: 'string', default: '1' },
      incident: { type: 'string' },
      native: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.incident !== undefined && values['no-demo']) {
    throw new Error('--incident: takes place in the demo cluster; leave --no-demo out');
  }
  return {
    demo: !values['no-demo'],
    // Loki refuses what is older than a week.
    hours: number('hours', values.hours, 0, 160),
    seed: Math.floor(number('seed', values.seed, 0, Number.MAX_SAFE_INTEGER)),
    rate: number('rate', values.rate, 0.01, 100),
    ...(values.incident !== undefined && { incident: incidentNamed(values.incident) }),
    // Compose runs the demo by settings of its own.
    native: values.native || values.incident !== undefined,
    help: values.help,
  };
}
