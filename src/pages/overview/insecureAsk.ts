import { appSettings } from '../../data/appSettings';
import { QUICK_FILTERS, readQuickFilters } from '../../flow';
import { protocolsOf, usageOf } from './questions';
import type { Ask } from './recipe';

/** Name of the quick filter that says which protocols are insecure. */
export const INSECURE_NAME = 'Insecure protocols';

/** The quick filter for insecure protocols as the configuration has it; undefined where it is hidden. */
export function insecureQuick() {
  return readQuickFilters(appSettings().quickFilters).quick.find(({ name }) => name === INSECURE_NAME);
}

const insecureSet = () => (insecureQuick() ?? QUICK_FILTERS.find(({ name }) => name === INSECURE_NAME))?.set;

/** Who uses insecure protocols; as the configuration says which those are. */
export const INSECURE: Ask = {
  ...usageOf(undefined),
  watched: 'Bytes of insecure protocols',
  anyFires: true,
  get about() {
    return insecureSet();
  },
};

/** Which of them are used, whoever does. */
export const INSECURE_PROTOCOLS: Ask = {
  ...protocolsOf(undefined),
  get about() {
    return insecureSet();
  },
};
