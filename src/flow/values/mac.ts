/** The hexadecimal digits of text in one of the usual forms (`aa:bb:…`, `aa-bb-…`, `aabb.ccdd.…`, bare digits). */
function digitsOf(text: string): string | undefined {
  const trimmed = text.trim().toLowerCase();
  const usual =
    /^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){0,4}[0-9a-f]{0,2}$|^[0-9a-f]{4}(?:\.[0-9a-f]{0,4}){1,2}$|^[0-9a-f]{1,12}$/;
  return usual.test(trimmed) ? trimmed.replace(/[:.-]/g, '') : undefined;
}

const withColons = (digits: string) => (digits.match(/.{1,2}/g) ?? []).join(':');

/** An Ethernet address in the form of records, `aa:bb:cc:dd:ee:ff`; undefined for text that is none. */
export function parseMac(text: string): string | undefined {
  const digits = digitsOf(text);
  return digits?.length === 12 ? withColons(digits) : undefined;
}

/** The beginning of an Ethernet address (its vendor, say) in the form of records; undefined for text that is none. */
export function parseMacPrefix(text: string): string | undefined {
  const digits = digitsOf(text);
  return digits === undefined || digits === '' ? undefined : withColons(digits);
}
