import { OTHER } from '@netobserv-flows/schema';
import { answerTops } from '../../data/plan/answerTops';
import { answer } from './answers.fixture';
import { scopeValues } from './scopeValues';

jest.mock('../../data/plan/answerTops', () => ({ answerTops: jest.fn() }));
jest.mock('../../data/plan/planSource', () => ({ planSource: () => Promise.resolve({ labels: [], rollups: [] }) }));

it('offers the workloads of both sides once each, and not those that sums fold together', async () => {
  const sent = answer([
    [{ SrcK8S_Namespace: 'shop', SrcK8S_OwnerName: 'web' }, 5],
    [{ SrcK8S_Namespace: 'shop', SrcK8S_OwnerName: OTHER }, 9],
    [{ SrcK8S_Namespace: OTHER, SrcK8S_OwnerName: OTHER }, 9],
  ]);
  const received = answer([
    [{ DstK8S_Namespace: 'shop', DstK8S_OwnerName: 'web' }, 5],
    [{ DstK8S_Namespace: 'shop', DstK8S_OwnerName: 'api' }, 5],
  ]);
  jest.mocked(answerTops).mockImplementation((_, __, { onAnswer }) => {
    [sent, received].forEach((one, index) => onAnswer(index, one));
    return Promise.resolve();
  });
  expect(await scopeValues('loki', 'workload', { fromMs: 0, toMs: 1 })).toEqual(['shop/api', 'shop/web']);
});
