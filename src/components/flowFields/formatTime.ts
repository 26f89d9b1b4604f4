import { dateTimeFormat } from '@grafana/data';
import type { TimeZone } from '@grafana/schema';

const MS_PER_S = 1000;
const MS_PER_MINUTE = 60_000;
/** Minutes remembered, each a short text: some days of flows. */
const MOST_MINUTES = 10_000;

const minutes = new Map<string, string>();

/** Date, hour and minute in a zone. Flows lie close together in time, and asking for a zone's clock is dear. */
function minuteText(ms: number, timeZone: TimeZone): string {
  const minute = Math.floor(ms / MS_PER_MINUTE);
  const key = `${minute} ${timeZone}`;
  let text = minutes.get(key);
  if (text === undefined) {
    text = dateTimeFormat(minute * MS_PER_MINUTE, { timeZone, format: 'YYYY-MM-DD HH:mm' });
    if (minutes.size >= MOST_MINUTES) {
      minutes.clear();
    }
    minutes.set(key, text);
  }
  return text;
}

/**
 * A time as cells and details show it: `2026-11-24 01:02:03.004`. Zones are apart by whole minutes, so seconds are the
 * same in all.
 * @param ms milliseconds since the Unix epoch.
 */
export function formatTime(ms: number, timeZone: TimeZone): string {
  if (!Number.isFinite(ms)) {
    return String(ms);
  }
  const rest = Math.floor(ms) - Math.floor(ms / MS_PER_MINUTE) * MS_PER_MINUTE;
  const seconds = String(Math.floor(rest / MS_PER_S)).padStart(2, '0');
  return `${minuteText(ms, timeZone)}:${seconds}.${String(rest % MS_PER_S).padStart(3, '0')}`;
}
