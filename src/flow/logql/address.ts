import { addressHex, inRange, isV4, type AddressRange } from '../values/address';
import { alternatives, escapeRegex, quote } from './literal';

const HEX = '0123456789abcdef';

/**
 * All IPv6 addresses of up to four characters (`::`, `::1`, `ff::`, `1::2`). Loki's `ip()` looks for addresses in text
 * by their first five characters, and never sees one that is shorter.
 */
function makeShortAddresses(): ReadonlyMap<string, string> {
  const groups = [...HEX.slice(1)].flatMap((first) => [first, ...[...HEX].map((second) => `${first}${second}`)]);
  const texts = ['::'];
  for (const group of groups) {
    texts.push(`::${group}`, `${group}::`);
  }
  for (const first of HEX.slice(1)) {
    for (const last of HEX.slice(1)) {
      texts.push(`${first}::${last}`);
    }
  }
  return new Map(texts.map((text) => [text, addressHex(text) ?? '']));
}

let shortAddresses: ReadonlyMap<string, string> | undefined;

/** A pattern of the short IPv6 addresses in a range; undefined where it has none. */
function shortPattern(range: AddressRange): string | undefined {
  if (isV4(range)) {
    return undefined;
  }
  shortAddresses ??= makeShortAddresses();
  const within = [...shortAddresses].filter(([, hex]) => inRange(hex, range)).map(([text]) => text);
  if (within.length === shortAddresses.size) {
    return '[0-9a-f:]{2,4}';
  }
  return within.length === 0 ? undefined : alternatives(within);
}

/** Label filters, one of which holds exactly where the address of `field` lies in one of the ranges. */
export function addressFilters(field: string, ranges: readonly AddressRange[]): string[] {
  const singles = ranges.flatMap(({ single }) => (single === undefined ? [] : [single]));
  const wider = ranges.filter(({ single }) => single === undefined);
  const short = wider.flatMap((range) => shortPattern(range) ?? []);
  return [
    ...(singles.length === 1 ? [`${field}=${quote(singles[0] ?? '')}`] : []),
    ...(singles.length > 1 ? [`${field}=~${quote(`^${alternatives(singles.map(escapeRegex))}$`)}`] : []),
    ...wider.map(({ notation }) => `${field}=ip(${quote(notation)})`),
    ...(short.length > 0 ? [`${field}=~${quote(`^${alternatives(short)}$`)}`] : []),
  ];
}

/**
 * Text that every canonical address of the range begins with; empty where nothing can be said.
 * @param after what stands after an address: where there is but one, it is part of the text.
 */
export function commonPrefix(range: AddressRange, after: string): string {
  if (range.single !== undefined) {
    return `${range.single}${after}`;
  }
  if (range.prefix === undefined) {
    return '';
  }
  const [base = ''] = range.notation.split('/');
  if (isV4(range)) {
    const octets = Math.floor(range.prefix / 8);
    return octets === 4
      ? `${base}${after}`
      : base
          .split('.')
          .slice(0, octets)
          .map((octet) => `${octet}.`)
          .join('');
  }
  // Groups up to the first zero are written as they are in every address of the block; a zero may hide in `::`.
  const groups = range.from.match(/.{4}/g) ?? [];
  const fixed = groups.slice(0, Math.min(7, Math.floor(range.prefix / 16)));
  const zero = fixed.indexOf('0000');
  return (zero < 0 ? fixed : fixed.slice(0, zero)).map((group) => `${parseInt(group, 16).toString(16)}:`).join('');
}
