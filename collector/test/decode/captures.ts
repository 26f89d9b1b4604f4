import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FlowRecord } from '@netobserv-flows/schema';
import { Decoder, type DecodeOptions } from '../../src/decode';
import type { Datagram, Flow } from '../../src/flow';
import { readDatagrams } from '../../src/receive/files';

/** Datagrams of real exporters, beside the repository. */
export const CAPTURES = fileURLToPath(new URL('../../../../shared/captures', import.meta.url));

export const hasCaptures = existsSync(CAPTURES);

/** For the name of a test that needs them: why it is skipped. */
export const noCaptures = hasCaptures ? '' : ' (skipped: no captures at ../shared/captures)';

/** When raw payloads, which do not say it, are taken to be received. */
export const RECEIVED_MS = 1_700_000_000_000;

/** What a capture file gives, given the files that stand before it in its group. */
export interface ExpectedFile {
  readonly file: string;
  readonly records?: number;
  /** Template definitions, options templates among them. */
  readonly templates?: number;
  readonly optionRecords?: number;
  readonly counterSamples?: number;
  /** `reason count`, sorted. */
  readonly lost?: readonly string[];
}

const LOGSTASH = 'logstash-codec-netflow';
const YAF = 'telegraf/ipfix_example/ipfix';
const logstash = (name: string, figures: Omit<ExpectedFile, 'file'>): ExpectedFile => ({
  file: `${LOGSTASH}/${name}.dat`,
  ...figures,
});

/** Every capture: files that one exporter sent stand in one group, templates first. */
export const GROUPS: ReadonlyArray<readonly ExpectedFile[]> = [
  [{ file: 'recorded/ovs.jsonl', records: 17, templates: 89, optionRecords: 1 }],
  // Templates with reverse counters; flows that count in one direction give one record.
  [{ file: 'recorded/soft-ipfix-nano-bi-s10.jsonl', records: 12, templates: 5, optionRecords: 1 }],
  [{ file: 'recorded/soft-ipfix.jsonl', records: 41, templates: 5, optionRecords: 1 }],
  [{ file: 'recorded/soft-v5.jsonl', records: 30 }],
  [{ file: 'recorded/soft-v9-s10.jsonl', records: 12, templates: 5, optionRecords: 1 }],
  [{ file: 'recorded/soft-v9.jsonl', records: 41, templates: 5, optionRecords: 1 }],
  // Three messages in one file: 6, 1 and 5 flows.
  [logstash('ipfix', { records: 12, templates: 3, optionRecords: 1 })],
  [
    logstash('ipfix_test_barracuda_extended_uniflow_tpl256', { templates: 1 }),
    logstash('ipfix_test_barracuda_extended_uniflow_data256', { records: 2 }),
  ],
  [
    logstash('ipfix_test_juniper_mx240_junos151r6s3_opttpl512', { templates: 1 }),
    logstash('ipfix_test_juniper_mx240_junos151r6s3_data512', { optionRecords: 1 }),
  ],
  [
    logstash('ipfix_test_netscaler_tpl', { templates: 7 }),
    logstash('ipfix_test_netscaler_data', { records: 3, lost: ['no_template 1'] }),
  ],
  [
    logstash('ipfix_test_openbsd_pflow_tpl', { templates: 2 }),
    logstash('ipfix_test_openbsd_pflow_data', { records: 26 }),
  ],
  [logstash('ipfix_test_viptela_tpl257', { templates: 1 }), logstash('ipfix_test_viptela_data257', { records: 1 })],
  [
    logstash('ipfix_test_yaf_tpls_option_tpl', { templates: 14 }),
    logstash('ipfix_test_yaf_tpl45841', { templates: 1 }),
    // One bidirectional flow each.
    logstash('ipfix_test_yaf_data45841', { records: 2 }),
    logstash('ipfix_test_yaf_data45873', { records: 2 }),
    logstash('ipfix_test_yaf_data53248', { optionRecords: 1 }),
  ],
  // Its header claims 55,582 records.
  [logstash('netflow5_test_invalid01', { lost: ['malformed 1'] })],
  [logstash('netflow5_test_juniper_mx80', { records: 29 })],
  [logstash('netflow9_cisco_asr1001x_tpl259', { records: 25, templates: 1 })],
  [logstash('netflow9_test_cisco_1941K9', { records: 29, templates: 1 })],
  [logstash('netflow9_test_cisco_asa_1_tpl', { templates: 13 })],
  [
    logstash('netflow9_test_cisco_asa_2_tpl_26x', { templates: 16 }),
    logstash('netflow9_test_cisco_asa_2_tpl_27x', { templates: 14 }),
    // 19 records, of which the ends of connections count octets of the initiator and of the responder.
    logstash('netflow9_test_cisco_asa_2_data', { records: 34 }),
  ],
  [
    logstash('netflow9_test_cisco_nbar_opttpl260', { templates: 1, optionRecords: 15 }),
    logstash('netflow9_test_cisco_nbar_tpl262', { templates: 1 }),
    logstash('netflow9_test_cisco_nbar_data262', { records: 5 }),
  ],
  [logstash('netflow9_test_cisco_wlc_8510_tpl_262', { templates: 4 })],
  [
    logstash('netflow9_test_fortigate_fortios_521_tpl', { templates: 5 }),
    logstash('netflow9_test_fortigate_fortios_521_data256', { optionRecords: 1 }),
    logstash('netflow9_test_fortigate_fortios_521_data257', { records: 1 }),
  ],
  [logstash('netflow9_test_h3c_tpl3281', { templates: 1 }), logstash('netflow9_test_h3c_data3281', { records: 16 })],
  [
    logstash('netflow9_test_huawei_netstream_tpl', { templates: 1 }),
    logstash('netflow9_test_huawei_netstream_data', { records: 1 }),
  ],
  // Its sets 259 and 262 have their templates in datagrams that were not recorded.
  [
    logstash('netflow9_test_iptnetflow_reduced_size_encoding_tpldata260', {
      records: 12,
      templates: 1,
      lost: ['no_template 6'],
    }),
  ],
  [
    logstash('netflow9_test_macaddr_tpl', { templates: 3, optionRecords: 1 }),
    logstash('netflow9_test_macaddr_data', { records: 29 }),
  ],
  [logstash('netflow9_test_nprobe_dpi', { records: 1, templates: 1 })],
  [
    logstash('netflow9_test_paloalto_panos_tpl', { templates: 8 }),
    logstash('netflow9_test_paloalto_panos_data', { records: 8 }),
  ],
  [logstash('netflow9_test_streamcore_tpl_data256', { records: 2, templates: 6 })],
  [logstash('netflow9_test_streamcore_tpl_data260', { records: 2, templates: 6 })],
  [logstash('netflow9_test_unknown_tpl266_292_data', { records: 2, templates: 4 })],
  [
    { file: `${YAF}_0.bin`, templates: 19 },
    { file: `${YAF}_1.bin`, templates: 7 },
    { file: `${YAF}_2.bin`, records: 1 },
    { file: `${YAF}_3.bin`, templates: 1 },
    { file: `${YAF}_4.bin`, records: 39 },
    { file: `${YAF}_5.bin`, records: 16, optionRecords: 1 },
    { file: `${YAF}_6.bin`, optionRecords: 1 },
  ],
  [{ file: 'telegraf/netflow_v5_example/netflow_v5.bin', records: 8 }],
  [{ file: 'telegraf/netflow_v9_example/netflow_v9.bin', records: 8, templates: 1 }],
  // Counters of an interface.
  [{ file: 'telegraf/sflow_v5_example/sflow_v5.bin', counterSamples: 1 }],
];

/** The datagrams of a capture file. */
export async function datagramsOf(file: string): Promise<Datagram[]> {
  const datagrams: Datagram[] = [];
  for await (const item of readDatagrams(`${CAPTURES}/${file}`, () => RECEIVED_MS)) {
    if ('skipped' in item) {
      throw new Error(item.detail);
    }
    datagrams.push(item);
  }
  return datagrams;
}

/**
 * A decoder that keeps what it loses, as `reason count`, and with the details. Data does not wait for its template,
 * unless the options say so.
 */
export function testDecoder(options: DecodeOptions = {}) {
  const counts = new Map<string, number>();
  const details: string[] = [];
  const decoder = new Decoder({
    waiting: { maxBytes: 0, maxSeconds: 660 },
    ...options,
    onLoss: (reason, exporter, count, detail) => {
      counts.set(reason, (counts.get(reason) ?? 0) + count);
      details.push(`${exporter} ${reason}: ${detail ?? ''}`);
    },
  });
  return {
    decoder,
    details,
    lost: () => [...counts].map(([reason, count]) => `${reason} ${count}`).sort(),
    decode: (payload: Buffer, from: Partial<Datagram> = {}): Flow[] =>
      present(decoder.decode({ address: '192.0.2.1', port: 4739, receivedMs: RECEIVED_MS, ...from, payload })),
  };
}

/** Flows with the fields alone that have a value: records hold the others as undefined. */
export function present(flows: readonly Flow[]): Flow[] {
  return flows.map(({ record, subMs }) => ({
    record: Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as FlowRecord,
    subMs,
  }));
}
