import { OTHER } from '@netobserv-flows/schema';
import { answer, answersTo, type Group } from '../answers.fixture';
import { CONVERSATIONS, PEERS } from '../questions';
import type { Answers } from '../recipe';
import { newPanel } from './fresh';

const sent = (address: string, bytes: number): Group => [{ SrcAddr: address }, bytes];
const received = (address: string, bytes: number): Group => [{ DstAddr: address }, bytes];
const talk = (from: string, to: string, bytes: number): Group => [
  { SrcK8S_Namespace: 'shop', SrcK8S_OwnerName: from, DstK8S_Namespace: 'shop', DstK8S_OwnerName: to },
  bytes,
];

function found(answers: Answers) {
  const look = newPanel.look(answers);
  return look.kind === 'rows' ? look.rows.map(({ name, parts }) => [name, parts[0]?.value]) : [];
}

const PEER = '203.0.113.7';

describe('an address that is new', () => {
  it('was in neither direction before; what it sends and receives is one figure', () => {
    const now = {
      sent: answer([sent(PEER, 5), sent('203.0.113.8', 3)]),
      received: answer([received(PEER, 4), received('203.0.113.8', 1)]),
    };
    const rows = found(
      answersTo(
        [PEERS.sent, { now: now.sent, before: answer([sent('203.0.113.8', 3)]) }],
        [PEERS.received, { now: now.received, before: answer([]) }]
      )
    );
    expect(rows).toEqual([[PEER, 9]]);
  });

  it('is larger than what it may have had, untold, in both directions together', () => {
    const before = { sent: answer([sent('a', 10)], false), received: answer([received('b', 7)], false) };
    const rows = (bytes: number) =>
      found(
        answersTo(
          [PEERS.sent, { now: answer([sent(PEER, bytes)]), before: before.sent }],
          [PEERS.received, { now: answer([received(PEER, 7)]), before: before.received }]
        )
      );
    expect(rows(10)).toEqual([]);
    expect(rows(11)).toEqual([[PEER, 18]]);
  });

  it('was not among the addresses that were folded together, which are none themselves', () => {
    const before = answer([sent(OTHER, 6)]);
    const now = answer([sent(PEER, 6), sent('203.0.113.9', 7), sent(OTHER, 50)]);
    expect(found(answersTo([PEERS.sent, { now, before }]))).toEqual([['203.0.113.9', 7]]);
  });
});

describe('a conversation that is new', () => {
  const rows = (bytes: number, complete: boolean) =>
    found(
      answersTo([
        CONVERSATIONS,
        {
          now: answer([talk('web', 'db', bytes), talk('db', 'web', 9), talk('log', 'syslog', 12)]),
          before: answer([talk('log', 'syslog', 10)], complete),
        },
      ])
    );

  it('is larger than what its two directions may have had, untold', () => {
    expect(rows(11, false)).toEqual([]);
    expect(rows(12, false)).toEqual([['shop/db ↔ shop/web', 21]]);
  });

  it('is any that was not there, where all of before is told', () => {
    expect(rows(1, true)).toEqual([['shop/db ↔ shop/web', 10]]);
  });

  it('was not there in the other direction', () => {
    const now = answer([talk('web', 'db', 100)]);
    expect(found(answersTo([CONVERSATIONS, { now, before: answer([talk('db', 'web', 1)]) }]))).toEqual([]);
  });
});

it('finds nothing new where nothing is compared', () => {
  expect(found(answersTo([CONVERSATIONS, { now: answer([talk('web', 'db', 1)]) }]))).toEqual([]);
});
