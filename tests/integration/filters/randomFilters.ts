import type { FieldType } from '@netobserv-flows/schema';
import {
  filterFields,
  recordFields,
  validateFilter,
  type Comparison,
  type Filter,
  type FilterFieldInfo,
  type FilterSet,
  type RecordLike,
} from '../../../src/flow/index';
import type { Random } from './random';
import { ADDRESSES, HOSTILE } from './randomFlows';

/** Fields that the random flows have, and one that none has. */
const FIELDS = filterFields().filter(
  ({ field }) =>
    !/^(Time|Xlat|Tunnel|Icmp|Dscp|Etype|Observ|K8S_OwnerType|K8S_Zone|K8S_Service|Subnet)/.test(field) ||
    field === 'XlatAddr'
);

/** A value that one of the flows has for the field, as text; undefined where the one picked has none. */
function valueSeen(random: Random, info: FilterFieldInfo, flows: readonly RecordLike[]): string | undefined {
  for (let attempt = 0; attempt < 4; attempt++) {
    const value = random.pick(flows)[random.pick(recordFields(info.field))];
    if (value !== undefined) {
      return String(Array.isArray(value) ? random.pick(value) : value);
    }
  }
  return undefined;
}

function otherCase(random: Random, text: string): string {
  return Array.from(text, (character) =>
    random.chance(0.5) ? character : random.chance(0.5) ? character.toUpperCase() : character.toLowerCase()
  ).join('');
}

/** A piece of a text by whole characters, fit for the comparison. */
function piece(random: Random, text: string, comparison: Comparison): string {
  const characters = Array.from(text);
  const [a, b] = [random.integer(0, characters.length - 1), random.integer(1, characters.length)];
  const [from, to] = [Math.min(a, b - 1), Math.max(a + 1, b)];
  if (comparison.endsWith('quals')) {
    return text;
  }
  const part = characters
    .slice(/tarts$/.test(comparison) ? 0 : from, /[eE]nds$/.test(comparison) ? undefined : to)
    .join('');
  return otherCase(random, part);
}

function addressValue(random: Random, seen: string): string {
  const v6 = seen.includes(':');
  switch (random.integer(0, 3)) {
    case 0:
      return seen;
    case 1:
      return `${seen}/${random.integer(0, v6 ? 128 : 32)}`;
    case 2: {
      const other = random.pick(ADDRESSES.filter((address) => address.includes(':') === v6));
      const range = `${seen}-${other}`;
      return validateFilter({ field: 'Addr', comparison: 'equals', values: [range] }).ok ? range : `${other}-${seen}`;
    }
    default:
      return v6 ? random.pick(['::/0', 'fe80::/10', '2001:db8::/32', '2001:db8::/64', '::/8']) : '10.0.0.0/8';
  }
}

function numberValue(random: Random, seen: string, comparison: Comparison): string {
  const number = Number(seen);
  if (!comparison.endsWith('quals')) {
    return String(Math.max(comparison === 'less' ? 1 : 0, number + random.integer(-1, 1)));
  }
  return random.chance(0.3) ? `${Math.max(0, number - random.integer(0, 500))}-${number}` : seen;
}

const VALUES: Readonly<Record<FieldType, (random: Random, seen: string, comparison: Comparison) => string>> = {
  string: piece,
  strings: piece,
  integer: (random, seen, comparison) => numberValue(random, seen, comparison),
  integers: (random, seen, comparison) => numberValue(random, seen, comparison),
  port: (random, seen, comparison) =>
    comparison.endsWith('quals') && random.chance(0.2)
      ? random.pick(['https', 'http', 'http-alt', 'dns'])
      : numberValue(random, seen, comparison),
  protocol: (random, seen) => (random.chance(0.3) ? random.pick(['tcp', 'UDP', 'icmp']) : seen),
  direction: (random, seen) => (random.chance(0.5) ? random.pick(['ingress', 'Egress', 'inner']) : seen),
  address: addressValue,
  mac: (random, seen, comparison) =>
    comparison.endsWith('tarts') ? seen.slice(0, random.integer(1, 17)).replace(/:$/, '') : seen.toUpperCase(),
  boolean: (random) => random.pick(['true', 'false']),
};

const FALLBACK: Readonly<Partial<Record<FieldType, string>>> = {
  address: '10.0.0.1',
  mac: '02:42:ac:11:00:02',
  string: 'x',
};

function valuesOf(
  random: Random,
  info: FilterFieldInfo,
  comparison: Comparison,
  flows: readonly RecordLike[]
): string[] {
  if (comparison === 'empty' || comparison === 'notEmpty') {
    return [];
  }
  const several = !/^(less|greater)/.test(comparison) && info.type !== 'boolean' && random.chance(0.3);
  return Array.from({ length: several ? random.integer(2, 4) : 1 }, () => {
    const hostile = info.type === 'string' && random.chance(0.2) ? random.pick(HOSTILE) : undefined;
    const seen = hostile ?? valueSeen(random, info, flows) ?? FALLBACK[info.type] ?? '1';
    return VALUES[info.type](random, seen, comparison);
  });
}

function randomFilter(random: Random, flows: readonly RecordLike[]): Filter {
  for (;;) {
    const info = random.pick(FIELDS);
    const comparison = random.pick(info.comparisons);
    const filter: Filter = {
      field: info.field,
      ...(info.sided ? { side: random.pick(['src', 'dst', 'either'] as const) } : {}),
      comparison,
      values: valuesOf(random, info, comparison, flows),
      ...(random.chance(0.03) ? { disabled: true } : {}),
    };
    if (validateFilter(filter).ok) {
      return filter;
    }
  }
}

/** A random set of up to four filters whose values mostly come from the flows. */
export function randomFilterSet(random: Random, flows: readonly RecordLike[]): FilterSet {
  const count = random.pick([0, 1, 1, 1, 2, 2, 3, 4]);
  return {
    filters: Array.from({ length: count }, () => randomFilter(random, flows)),
    match: random.chance(0.5) ? 'all' : 'any',
    bidirectional: random.chance(0.3),
  };
}
