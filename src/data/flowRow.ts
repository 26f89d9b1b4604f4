import { fieldDefinition, FIELDS, type FieldDefinition, type FlowRecord } from '@netobserv-flows/schema';

/** What is known of a flow: other writers may leave out fields that our collector always writes. */
export type KnownFlow = Partial<FlowRecord>;

/** One flow as the pages hold it. */
export interface FlowRow {
  /** Stable for the same stored flow, unique among the rows of one answer. */
  readonly id: string;
  readonly flow: KnownFlow;
  /** Every key as it was stored, labels first: what the details show as raw JSON. */
  readonly stored: Readonly<Record<string, unknown>>;
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : undefined;
  }
  // Labels are always text, and so are fields that a `| json` stage has extracted.
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) {
    return Number(value);
  }
  return undefined;
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
}

function toBoolean(value: unknown): boolean | undefined {
  return value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;
}

function listOf<T>(value: unknown, read: (item: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value)) {
    return undefined;
  }
  const items = value.map(read).filter((item): item is NonNullable<typeof item> => item !== undefined);
  return items.length === 0 ? undefined : items;
}

function readValue(type: FieldDefinition['type'], value: unknown): unknown {
  switch (type) {
    case 'integer':
    case 'port':
    case 'protocol':
    case 'direction':
      return toNumber(value);
    case 'integers':
      return listOf(value, toNumber);
    case 'strings':
      return listOf(value, toText);
    case 'boolean':
      return toBoolean(value);
    default:
      return toText(value);
  }
}

/**
 * The typed fields of a stored flow. Values of another type than the dictionary's are left out, never guessed: they
 * stay visible in {@link FlowRow.stored}.
 */
export function toKnownFlow(stored: Readonly<Record<string, unknown>>): KnownFlow {
  const flow: Record<string, unknown> = {};
  for (const name in stored) {
    const definition = fieldDefinition(name);
    if (definition !== undefined) {
      const value = readValue(definition.type, stored[name]);
      if (value !== undefined) {
        flow[name] = value;
      }
    }
  }
  return flow as KnownFlow;
}

/** The fields that a flow has, in the dictionary's order. */
export function fieldsOf(flow: KnownFlow): FieldDefinition[] {
  return FIELDS.filter((field) => flow[field.name] !== undefined);
}
