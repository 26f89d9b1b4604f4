import { DIRECTION_NAMES, portName, protocolName } from '@netobserv-flows/schema';

const DECIMAL = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

function scaled(value: number, unit: string): string {
  const sign = value < 0 ? '-' : '';
  let rest = Math.abs(value);
  let step = 0;
  // 999,950 would round to 1000.0 k: take the next unit as soon as the rounded figure would need it.
  while (rest >= 999.95 && step < DECIMAL.length - 1) {
    rest /= 1000;
    step++;
  }
  const digits = step === 0 && Number.isInteger(rest) ? String(rest) : rest.toFixed(rest < 9.995 ? 2 : 1);
  const suffix = `${DECIMAL[step] ?? ''}${unit}`;
  return suffix === '' ? `${sign}${digits}` : `${sign}${digits} ${suffix}`;
}

/**
 * Bytes for people: `1.50 MB`. Decimal units (1 MB = 1,000,000 bytes; Grafana's `decbytes`), since networks count so
 * and `bytes>1MB` in a filter means the same; `10KiB` is read, never written.
 */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 'B');
}

/** Bytes a second for people: `1.50 MB/s`, in decimal units. */
export function formatByteRate(bytesPerSecond: number): string {
  return `${scaled(bytesPerSecond, 'B')}/s`;
}

/** A count (packets, flows) for people: `12.4 k`. */
export function formatCount(count: number): string {
  return scaled(count, '');
}

/**
 * A port with its well-known name: `443 (https)`.
 * @param proto IANA protocol number; a name known only for another transport is not shown.
 */
export function formatPort(port: number, proto?: number): string {
  const name = portName(port, proto);
  return name === undefined ? String(port) : `${port} (${name})`;
}

/** The name of an IANA protocol number, else the number. */
export function formatProtocol(proto: number): string {
  return protocolName(proto);
}

/** `FlowDirection` in a word: Ingress, Egress or Inner, else the number. */
export function formatDirection(direction: number): string {
  return DIRECTION_NAMES[direction] ?? String(direction);
}
