import type { FieldGroup } from '@netobserv-flows/schema';
import type { ComboboxOption } from '@grafana/ui';
import { filterFields, type FilterField, type FilterFieldInfo } from '../../flow';

/** Headings of the field picker, in this order. */
const GROUPS: ReadonlyArray<readonly [FieldGroup, string]> = [
  ['kubernetes', 'Kubernetes'],
  ['network', 'Network'],
  ['labels', 'Labels'],
  ['volume', 'Volume'],
  ['observation', 'Observation'],
  ['time', 'Time'],
];

interface Choice {
  readonly option: ComboboxOption<FilterField>;
  /** What a search looks in, from what names the field to what explains it. */
  readonly texts: readonly string[];
}

function choice(info: FilterFieldInfo, heading: string): Choice {
  const { field, title, description, keyword, aliases } = info;
  return {
    option: { value: field, label: title, description, group: heading },
    texts: [title, keyword, ...aliases, field, heading, description].map((text) => text.toLowerCase()),
  };
}

const CHOICES: readonly Choice[] = GROUPS.flatMap(([group, heading]) =>
  filterFields()
    .filter((info) => info.group === group)
    .map((info) => choice(info, heading))
);

/** A field as the picker shows it. */
export function fieldOption(field: FilterField): ComboboxOption<FilterField> | null {
  return CHOICES.find(({ option }) => option.value === field)?.option ?? null;
}

/** Fields by group whose title, keyword, group or description holds what is typed; by group, the best ones first. */
export function searchFields(typed: string): Promise<Array<ComboboxOption<FilterField>>> {
  const wanted = typed.trim().toLowerCase();
  const scored = CHOICES.flatMap(({ option, texts }) => {
    const at = texts.findIndex((text) => text.includes(wanted));
    return at < 0 ? [] : [{ option, score: at + (texts[at]?.startsWith(wanted) === true ? 0 : 0.5) }];
  });
  const found = wanted === '' ? scored : scored.sort((a, b) => a.score - b.score);
  return Promise.resolve(found.map(({ option }) => option));
}
