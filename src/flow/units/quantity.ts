const EXPONENTS: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/**
 * Reads an amount: `1500`, `1.5k`, and for bytes also `1MB` (1,000,000, as `formatBytes` writes) and `10KiB` (10,240).
 * @param bytes whether byte units are read.
 * @returns a whole number, rounded; undefined for text that is no amount, is negative or is past 2^53.
 */
export function parseQuantity(text: string, bytes = false): number | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*([kmgtp]?)(i?)(b?)$/i.exec(text.trim());
  if (match === null) {
    return undefined;
  }
  const [, digits = '', prefix = '', binary = '', unit = ''] = match;
  if ((!bytes && (unit !== '' || binary !== '')) || (binary !== '' && prefix === '')) {
    return undefined;
  }
  const value = Math.round(Number(digits) * (binary === '' ? 1000 : 1024) ** (EXPONENTS[prefix.toLowerCase()] ?? 0));
  return Number.isSafeInteger(value) ? value : undefined;
}
