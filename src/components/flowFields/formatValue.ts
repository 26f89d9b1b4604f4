import type { TimeZone } from '@grafana/schema';
import { tcpFlagNames, type FieldDefinition, type FieldName } from '@netobserv-flows/schema';
import type { KnownFlow } from '../../data/flowRow';
import { formatBytes, formatCount, formatDirection, formatPort, formatProtocol } from '../../flow';
import { formatCode } from './codeNames';
import { formatTime } from './formatTime';

const MS_PER_S = 1000;

/** Transport protocol that a port field goes with, by which its name is chosen. */
function transportOf(field: FieldDefinition, flow: KnownFlow): number | undefined {
  return field.name.startsWith('Tunnel') ? flow.TunnelProto : flow.Proto;
}

function formatInteger(field: FieldDefinition, value: number, timeZone: TimeZone): string {
  switch (field.unit) {
    case 'ms':
      return formatTime(value, timeZone);
    case 's':
      return formatTime(value * MS_PER_S, timeZone);
    case 'bytes':
      return formatBytes(value);
    case 'packets':
      return formatCount(value);
    default:
      return field.name === 'Flags'
        ? tcpFlagNames(value).join(' ') || String(value)
        : formatCode(field.name as FieldName, value);
  }
}

function formatNumber(field: FieldDefinition, value: number, flow: KnownFlow, timeZone: TimeZone): string {
  switch (field.type) {
    case 'port':
      return formatPort(value, transportOf(field, flow));
    case 'protocol':
      return formatProtocol(value);
    case 'direction':
      return formatDirection(value);
    default:
      return formatInteger(field, value, timeZone);
  }
}

/**
 * A field of a flow in words, as cells and details show it: times in the zone, bytes with units, ports with names.
 * @returns undefined where the flow lacks the field.
 */
export function formatValue(field: FieldDefinition, flow: KnownFlow, timeZone: TimeZone): string | undefined {
  const value = flow[field.name as FieldName];
  if (value === undefined) {
    return undefined;
  }
  if (typeof value === 'number') {
    return formatNumber(field, value, flow, timeZone);
  }
  if (Array.isArray(value)) {
    return value
      .map((item) => (typeof item === 'number' ? formatCode(field.name as FieldName, item) : item))
      .join(', ');
  }
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : value;
}
