import { answer, answersTo } from './answers.fixture';
import { csvOf } from './panelCsv';
import { totalsPanel } from './panels/totals';
import { workloadsPanel } from './panels/workloads';
import { TRAFFIC, WORKLOADS } from './questions';

const INSIDE = { SrcK8S_Type: 'Pod', DstK8S_Type: 'Pod' };

describe('the CSV of a panel', () => {
  it('has totals in bytes and bytes a second, and how they changed', () => {
    const now = answer([[INSIDE, 7_200_000]]);
    const lines = csvOf(totalsPanel.look(answersTo([TRAFFIC, { now, before: answer([[INSIDE, 3_600_000]]) }])));
    expect(lines).toEqual([
      ['name', 'bytes', 'bytes per second', 'change'],
      ['All traffic', 7_200_000, 2000, 1],
      ['In', 0, 0, ''],
      ['Out', 0, 0, ''],
      ['Inside', 7_200_000, 2000, 1],
    ]);
  });

  it('leaves empty what is not known', () => {
    const web = { SrcK8S_Namespace: 'shop', SrcK8S_OwnerName: 'web', SrcK8S_OwnerType: 'Deployment' };
    const db = { DstK8S_Namespace: 'shop', DstK8S_OwnerName: 'db', DstK8S_OwnerType: 'StatefulSet' };
    const lines = csvOf(
      workloadsPanel.look(
        answersTo(
          [WORKLOADS.sent, { now: answer([[web, 5000]]) }],
          [WORKLOADS.received, { now: answer([[db, 4000]], false) }]
        )
      )
    );
    expect(lines).toEqual([
      ['scope', 'name', 'kind', 'bytes', 'bytes sent', 'bytes received', 'change'],
      ['shop', 'web', 'Deployment', 5000, 5000, '', ''],
      ['shop', 'db', 'StatefulSet', 4000, 0, 4000, ''],
    ]);
  });
});
