import type { FieldType } from '@netobserv-flows/schema';
import fc from 'fast-check';
import {
  filterFields,
  takesNoValues,
  validateFilter,
  type Comparison,
  type Filter,
  type FilterFieldInfo,
  type FilterSet,
} from '../index';

/** Text that makes trouble in JSON, LogQL, regular expressions and the text form itself. */
const pieces = [
  '"',
  '\\',
  '`',
  '*',
  ',',
  ';',
  ' ',
  '\n',
  '\r',
  '\t',
  '{',
  '}',
  '|',
  '=',
  '!',
  ':',
  '$',
  '^',
  '.',
  '<',
  '>',
  '&',
];

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  fc.string({
    minLength: 1,
    maxLength: 12,
    unit: fc.constantFrom(...pieces, 'a', 'K', 'ſ', 'İ', 'ß', '0', 'off:', 'and'),
  })
);

const octet = fc.integer({ min: 0, max: 255 });
const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
const v4 = fc.array(octet, { minLength: 4, maxLength: 4 }).map((octets) => octets.join('.'));
const v6 = fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':'));
const mac = fc
  .array(octet, { minLength: 6, maxLength: 6 })
  .map((octets) => octets.map((value) => value.toString(16).padStart(2, '0')).join(':'));

const address = fc.oneof(
  v4,
  v6,
  fc.tuple(v4, fc.integer({ min: 0, max: 32 })).map(([base, prefix]) => `${base}/${prefix}`),
  fc.tuple(v6, fc.integer({ min: 0, max: 128 })).map(([base, prefix]) => `${base}/${prefix}`),
  fc.tuple(v4, v4).map(([from, to]) => `${from}-${to}`)
);

const small = fc.integer({ min: 0, max: 70 }).map(String);
const range = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 30, max: 60 })).map((ends) => ends.join('-'));

const VALUES: Readonly<Record<FieldType, fc.Arbitrary<string>>> = {
  string: text,
  strings: text,
  integer: fc.oneof(small, range),
  integers: fc.oneof(small, range),
  port: fc.oneof(small, range, fc.constantFrom('https', 'ftp-data', 'HTTP-alt', '1024-65535')),
  protocol: fc.oneof(small, fc.constantFrom('tcp', 'UDP', 'ICMPv6', 'MPLS-in-IP')),
  direction: fc.constantFrom('ingress', 'Egress', 'inner', '0', '2'),
  address,
  mac,
  boolean: fc.constantFrom('true', 'false'),
};

function valuesFor(info: FilterFieldInfo, comparison: Comparison): fc.Arbitrary<string[]> {
  return takesNoValues(comparison)
    ? fc.constant([])
    : fc.uniqueArray(VALUES[info.type], { minLength: 1, maxLength: 3 });
}

/** Filters of one field and comparison that `validateFilter` accepts. */
export function filtersOf(info: FilterFieldInfo, comparison: Comparison): fc.Arbitrary<Filter> {
  return fc
    .record({
      values: valuesFor(info, comparison),
      side: fc.constantFrom('src' as const, 'dst' as const, 'either' as const),
      disabled: fc.boolean(),
    })
    .map(({ values, side, disabled }): Filter => ({
      field: info.field,
      ...(info.sided ? { side } : {}),
      comparison,
      values,
      ...(disabled ? { disabled: true } : {}),
    }))
    .filter((filter) => validateFilter(filter).ok);
}

/** Any filter that `validateFilter` accepts. */
export const validFilters: fc.Arbitrary<Filter> = fc
  .constantFrom(...filterFields())
  .chain((info) => fc.constantFrom(...info.comparisons).chain((comparison) => filtersOf(info, comparison)));

/** Any set of up to four valid filters. */
export const filterSets: fc.Arbitrary<FilterSet> = fc.record({
  filters: fc.array(validFilters, { maxLength: 4 }),
  match: fc.constantFrom('all' as const, 'any' as const),
  bidirectional: fc.boolean(),
});
