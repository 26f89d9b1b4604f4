import { execFileSync, spawnSync } from 'node:child_process';

/** True where tshark can be run. */
export const hasTshark = spawnSync('tshark', ['--version']).status === 0;

/** A flow as tshark dissects it: its field names, with all values of a field that is repeated. */
export type TsharkFlow = ReadonlyMap<string, readonly string[]>;

/** The flows of each frame of a capture, option records left out, by the frame's source address. */
export function tsharkFlows(file: string): Map<string, TsharkFlow[]> {
  const output = execFileSync(
    'tshark',
    ['-r', file, '-d', 'udp.port==2055,cflow', '-T', 'json', '--no-duplicate-keys', '-J', 'ip cflow'],
    { maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'ignore'] }
  );
  const flows = new Map<string, TsharkFlow[]>();
  for (const { _source } of JSON.parse(output.toString()) as Frame[]) {
    const { ip, cflow } = _source.layers;
    const source = String(ip?.['ip.src']);
    const found = [cflow].flat().flatMap((layer) => flowsIn(layer));
    flows.set(source, [...(flows.get(source) ?? []), ...found.filter(tellsFlow)]);
  }
  return flows;
}

interface Frame {
  readonly _source: { readonly layers: Readonly<Record<string, Tree | undefined>> };
}
interface Tree {
  readonly [name: string]: unknown;
}

function flowsIn(tree: unknown): TsharkFlow[] {
  if (typeof tree !== 'object' || tree === null) {
    return [];
  }
  return Object.entries(tree).flatMap(([name, value]) =>
    /^(Flow|pdu) \d+/.test(name) ? [fieldsOf(value)] : [value].flat().flatMap((inner) => flowsIn(inner))
  );
}

function fieldsOf(tree: unknown, into = new Map<string, string[]>()): Map<string, string[]> {
  for (const [name, value] of Object.entries(tree as Tree)) {
    for (const one of [value].flat()) {
      if (typeof one === 'object' && one !== null) {
        fieldsOf(one, into);
      } else {
        into.set(name, [...(into.get(name) ?? []), String(one)]);
      }
    }
  }
  return into;
}

function tellsFlow(flow: TsharkFlow): boolean {
  return ['cflow.srcaddr', 'cflow.srcaddrv6', 'cflow.srcmac'].some((name) => flow.has(name)) && !isOption(flow);
}

function isOption(flow: TsharkFlow): boolean {
  return [...flow.keys()].some((name) => name.startsWith('cflow.scope'));
}

/**
 * Fields of each frame of a capture, with all values where a field occurs more than once; absent where it does not.
 * @param decodeAs what tshark's `-d` takes: which dissector a port gets.
 */
export function tsharkFields(
  file: string,
  decodeAs: string,
  fields: readonly string[]
): Array<ReadonlyMap<string, readonly string[]>> {
  const output = execFileSync(
    'tshark',
    ['-r', file, '-d', decodeAs, '-T', 'fields', '-E', 'separator=|', ...fields.flatMap((field) => ['-e', field])],
    { maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'ignore'] }
  );
  return output
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => {
      const values = line.split('|').map((text) => (text === '' ? [] : text.split(',')));
      return new Map(
        fields.map((field, index) => [field, values[index] ?? []] as const).filter(([, found]) => found.length > 0)
      );
    });
}
