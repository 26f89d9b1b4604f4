import type { ExporterStatus, Status } from '../status';

/** A clock that is less off than this is right: most exporters tell whole seconds. */
const SKEW_SHOWN_MS = 2000;
const SPACES = '  ';

const PROTOCOLS: Readonly<Record<string, string>> = { 5: 'v5', 9: 'v9', 10: 'IPFIX', sflow5: 'sFlow' };

/** What a collector says of itself, for people: figures first, then a table of its exporters. */
export function statusText(status: Status, nowMs: number): string {
  const { decoded, recovered, stored, pending, spool } = status;
  const lines: Array<readonly [string, string]> = [
    ['state', status.ready ? 'ready' : `not ready: ${status.reasons.join('; ')}`],
    ['up', duration(status.uptimeSeconds)],
    ['listens on', status.listen.join(', ')],
    ['flows a second', number(status.flowsPerSecond)],
    ['datagrams', number(status.datagrams)],
    ['decoded', `${number(decoded)}${recovered > 0 ? `, and ${number(recovered)} from the spool at the start` : ''}`],
    ['stored', number(stored)],
    ['pending', number(pending)],
    ['spool', spool === undefined ? 'none' : `${bytes(spool.bytes)} in ${spool.segments} segments`],
    ['templates', `${number(status.templates)}; ${number(status.waitingSets)} data sets wait for one`],
    ['dropped by the kernel', status.kernelDrops === undefined ? 'not known' : number(status.kernelDrops)],
    ['lost', losses(status.lost)],
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  const figures = lines.map(([label, value]) => `${label.padEnd(width)}${SPACES}${printable(value)}`);
  return `${[...figures, '', ...exporterTable(status.exporters, nowMs)].join('\n')}\n`;
}

function exporterTable(exporters: readonly ExporterStatus[], nowMs: number): string[] {
  if (exporters.length === 0) {
    return ['No exporter has sent anything yet.'];
  }
  const head = ['exporter', 'sends', 'last seen', 'flows/s', 'flows', 'stored', 'sampling', 'clock', 'lost'];
  const rows = [...exporters]
    .sort((a, b) => b.decoded - a.decoded)
    .map((one) => [
      one.address,
      one.versions.map((version) => PROTOCOLS[version] ?? String(version)).join(', ') || '-',
      one.lastMs === 0 ? '-' : `${duration(Math.max(0, (nowMs - one.lastMs) / 1000))} ago`,
      number(one.flowsPerSecond),
      number(one.decoded),
      number(one.stored),
      one.sampling === undefined ? '-' : `1 in ${number(one.sampling)}`,
      clock(one.clockSkewMs),
      losses(one.lost),
    ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => printable(cell).padEnd(widths[column]!))
      .join(SPACES)
      .trimEnd();
  return [line(head), ...rows.map(line)];
}

function clock(skewMs: number | undefined): string {
  if (skewMs === undefined) {
    return '-';
  }
  if (Math.abs(skewMs) < SKEW_SHOWN_MS) {
    return 'right';
  }
  return `${duration(Math.abs(skewMs) / 1000)} ${skewMs > 0 ? 'ahead' : 'behind'}`;
}

function losses(lost: Status['lost']): string {
  const reasons = Object.entries(lost).filter(([, count]) => count > 0);
  return reasons.length === 0 ? 'nothing' : reasons.map(([reason, count]) => `${number(count)} ${reason}`).join(', ');
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 120) {
    return `${whole} s`;
  }
  if (whole < 7200) {
    return `${Math.round(whole / 60)} min`;
  }
  return whole < 172_800 ? `${Math.round(whole / 3600)} h` : `${Math.round(whole / 86_400)} d`;
}

function bytes(count: number): string {
  return count < 1_048_576 ? `${(count / 1024).toFixed(0)} KiB` : `${(count / 1_048_576).toFixed(1)} MiB`;
}

const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 1 });

/** What another host says may not steer the terminal. */
const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, '?');
