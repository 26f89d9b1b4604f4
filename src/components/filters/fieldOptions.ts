import { GROUP_TITLES, type FieldGroup } from '@netobserv-flows/schema';
import type { ComboboxOption } from '@grafana/ui';
import { filterFields, type FilterField, type FilterFieldInfo } from '../../flow';

/** The groups of the field picker, in this order. */
const GROUPS: readonly FieldGroup[] = ['kubernetes', 'network', 'labels', 'volume', 'observation', 'time'];

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

const CHOICES: readonly Choice[] = GROUPS.flatMap((group) =>
  filterFields()
    .filter((info) => info.group === group)
    .map((info) => choice(info, GROUP_TITLES[group]))
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
