import { LINE_ORDER, type FieldName, type FlowRecord } from '@netobserv-flows/schema';

/**
 * Makes the writer of stored lines: a JSON object with the fields of a record that have a value, in `LINE_ORDER`.
 * @param labels fields that are labels of the stream and so are left out.
 */
export function lineWriter(labels: readonly FieldName[]): (record: FlowRecord) => string {
  const fields = LINE_ORDER.filter((name) => !labels.includes(name)).map((name) => [name, `"${name}":`] as const);
  return (record) => {
    let line = '{';
    for (const [name, key] of fields) {
      const value = record[name];
      if (value !== undefined) {
        line += (line.length > 1 ? ',' : '') + key + (typeof value === 'number' ? value : JSON.stringify(value));
      }
    }
    return `${line}}`;
  };
}

/** `line`, a JSON object, with the members of `members` (JSON, without braces) at its end. */
export function extendLine(line: string, members: string): string {
  if (members === '') {
    return line;
  }
  return line === '{}' ? `{${members}}` : `${line.slice(0, -1)},${members}}`;
}
