import type { Observation } from './observation';

/** What a message says about time. */
export interface MessageTime {
  /** When the message was exported, milliseconds since the Unix epoch. */
  readonly exportMs: number;
  /** NetFlow v5 and v9: milliseconds from the exporter's start to the export, 32 bits. */
  readonly uptimeMs: number | undefined;
  /** IPFIX: when the exporter started, as an option record said (IE 160). */
  readonly systemInitMs: number | undefined;
}

/** Start and end of a flow, milliseconds since the Unix epoch, whole. */
export interface FlowTime {
  readonly startMs: number;
  readonly endMs: number;
}

/** No time of an exporter is later than this one, milliseconds since the Unix epoch; whole numbers end there. */
export const TIME_MAX_MS = 9e15;
const UPTIME_WRAP = 0x1_0000_0000;
/**
 * By uptime a flow may end a little after its export, not more: the exporter's start is wrong then (softflowd reading
 * a capture takes the present for it) and only the difference of start and end can be used.
 */
const UPTIME_AHEAD_MS = 60_000;

/**
 * When a flow started and ended, whatever form the exporter sends it in: absolute times (IE 150 to 157), microseconds
 * before the export (158, 159), milliseconds of uptime (21, 22), a duration (161) beside one of them, the time of the
 * event (322 to 325, 258); the export time for what is still missing.
 */
export function flowTime(said: Observation, message: MessageTime): FlowTime {
  const { exportMs } = message;
  const uptime = uptimeTimes(said, message);
  let startMs = said.startMs ?? before(exportMs, said.startDeltaUs) ?? uptime?.startMs;
  let endMs = said.endMs ?? before(exportMs, said.endDeltaUs) ?? uptime?.endMs;
  const { durationMs, eventMs } = said;
  if (endMs === undefined && startMs !== undefined && durationMs !== undefined) {
    endMs = startMs + durationMs;
  }
  endMs ??= eventMs ?? (startMs === undefined ? exportMs : Math.max(exportMs, startMs));
  startMs ??= durationMs === undefined ? endMs : endMs - durationMs;
  return { startMs: Math.trunc(Math.min(startMs, endMs)), endMs: Math.trunc(endMs) };
}

function before(exportMs: number, deltaUs: number | undefined): number | undefined {
  return deltaUs === undefined ? undefined : exportMs - deltaUs / 1000;
}

function uptimeTimes(said: Observation, message: MessageTime): Partial<FlowTime> | undefined {
  const { startUptimeMs: start, endUptimeMs: end } = said;
  const last = end ?? start;
  if (last === undefined || (start === 0 && end === 0)) {
    return undefined;
  }
  const lastMs = uptimeToMs(last, said.systemInitMs ?? message.systemInitMs, message);
  // Start and end are told apart by their difference, so that a counter that wrapped between them does no harm.
  return { endMs: lastMs, startMs: start === undefined || end === undefined ? undefined : lastMs - span(start, end) };
}

/** Milliseconds from one uptime to a later one; 0 where the exporter has them the wrong way round. */
function span(start: number, end: number): number {
  return Math.max(0, (end - start) | 0);
}

function uptimeToMs(uptime: number, systemInitMs: number | undefined, message: MessageTime): number {
  const { exportMs } = message;
  const literal = literalTime(uptime, systemInitMs, message);
  return literal > exportMs + UPTIME_AHEAD_MS ? exportMs : literal;
}

/** As the RFCs have it; of the 49.7 days after which the 32 bits wrap, those nearest to the export. */
function literalTime(uptime: number, systemInitMs: number | undefined, { exportMs, uptimeMs }: MessageTime): number {
  if (uptimeMs !== undefined) {
    return exportMs - ((uptimeMs - uptime) | 0);
  }
  if (systemInitMs === undefined) {
    return exportMs;
  }
  const sinceStart = systemInitMs + uptime;
  return sinceStart + Math.round((exportMs - sinceStart) / UPTIME_WRAP) * UPTIME_WRAP;
}
