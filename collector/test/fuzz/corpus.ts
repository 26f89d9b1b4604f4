import { datagramsOf, GROUPS, hasCaptures } from '../decode/captures';
import { ipfix, netflow5, netflow9, optionsTemplate, set, SHORT, short, template } from '../decode/messages';
import { EXAMPLES } from '../decode/sflow/examples';

const V5_RECORD = `0a000001 0a000002 00000000 0001 0002 0000000a 000003e8 ${'00'.repeat(24)}`.replace(/ /g, '');

/** Datagrams of every protocol that are sound, so that fuzzing has something where there are no captures. */
const OWN: readonly Buffer[] = [
  ipfix([set(2, template(256, ...SHORT)), set(256, short() + short(2))]),
  ipfix([
    set(2, template(257, [8, 4], [82, 65_535], [892, 65_535, 6876], [1, 8])),
    set(257, '0a00000101650203040000000000000001'),
  ]),
  ipfix([set(3, optionsTemplate(300, [[149, 4]], [34, 4])), set(300, '0000000800000064')]),
  netflow9([set(0, template(256, ...SHORT)), set(256, short())]),
  netflow5([V5_RECORD, V5_RECORD], { sampling: 100 }),
  ...EXAMPLES.map(({ payload }) => payload),
];

/** What fuzzing starts from: sound datagrams, in an order in which templates stand before their data. */
export async function loadCorpus(): Promise<Buffer[]> {
  const captured = hasCaptures ? await Promise.all(GROUPS.flat().map(({ file }) => datagramsOf(file))) : [];
  return [...OWN, ...captured.flat().map(({ payload }) => payload)];
}
