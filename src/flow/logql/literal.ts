/**
 * A LogQL string literal for any text. LogQL reads Go's literals: text with backslashes or quotes goes into backticks,
 * where nothing needs escaping, unless it holds what backticks cannot (backticks, control characters: Go drops CR).
 */
export function quote(text: string): string {
  if (/["\\]/.test(text) && !/[`\u0000-\u001f\u007f]/.test(text)) {
    return `\`${text}\``;
  }
  // All escapes that JSON writes are Go's too, lone surrogates apart, which validation refuses.
  return JSON.stringify(text);
}

/** Text as a regular expression (RE2) that matches just it. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, (meta) => (/[\\^\]]/.test(meta) ? `\\${meta}` : `[${meta}]`));
}

/** Alternatives as one regular expression, in a group of their own. */
export function alternatives(patterns: readonly string[]): string {
  return patterns.length === 1 ? (patterns[0] ?? '') : `(?:${patterns.join('|')})`;
}
