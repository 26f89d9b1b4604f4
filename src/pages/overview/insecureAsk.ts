import { appSettings } from '../../data/appSettings';
import { QUICK_FILTERS, readQuickFilters, type QuickFilter } from '../../flow';
import { protocolsOf, usageOf } from './questions';
import type { Ask } from './recipe';

/** Name of the quick filter that says which protocols are insecure. */
const INSECURE_NAME = 'Insecure protocols';

const isInsecure = ({ name }: QuickFilter) => name.toLowerCase() === INSECURE_NAME.toLowerCase();

/** The quick filter for insecure protocols as the configuration has it, in any case; undefined where it is hidden. */
export function insecureQuick(): QuickFilter | undefined {
  return readQuickFilters(appSettings().quickFilters).quick.find(isInsecure);
}

const insecureSet = () => (insecureQuick() ?? QUICK_FILTERS.find(isInsecure))?.set;

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
