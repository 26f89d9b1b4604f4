import React from 'react';
import { dateTimeFormat, dateTimeFormatTimeAgo } from '@grafana/data';

/** How long ago something was, with the time itself for whoever points at it. */
export function Ago({ ms, timeZone }: { ms: number; timeZone: string }) {
  return (
    <time dateTime={new Date(ms).toISOString()} title={dateTimeFormat(ms, { timeZone })}>
      {dateTimeFormatTimeAgo(ms, { timeZone })}
    </time>
  );
}
