import { answer, answersTo, type Group } from '../answers.fixture';
import { APPLICATIONS, TRAFFIC } from '../questions';
import { applicationsPanel } from './applications';

function headline(applications: Record<string, number>, all: number, complete = true) {
  const groups = Object.entries(applications).map(([Application, bytes]): Group => [{ Application }, bytes]);
  return applicationsPanel.look(
    answersTo(
      [APPLICATIONS, { now: answer(groups, complete) }],
      [TRAFFIC, { now: answer([[{ SrcK8S_Type: 'Pod', DstK8S_Type: 'Pod' }, all]]) }]
    )
  ).headline;
}

describe('the share of the web', () => {
  it('is that of all traffic, however many applications are told', () => {
    expect(headline({ https: 30e6, http: 10e6 }, 80e6)).toBe('Web: 50% (40.0 MB), 75% of it HTTPS');
    expect(headline({ https: 30e6, http: 10e6, 'http-alt': 0, 'https-alt': 0 }, 400e6, false)).toBe(
      'Web: 10% (40.0 MB), 75% of it HTTPS'
    );
  });

  it('is no less than what is told where a part of it may be too small to be', () => {
    expect(headline({ https: 30e6 }, 120e6, false)).toBe('Web: ≥ 25% (30.0 MB)');
  });

  it('is not told where there is no traffic', () => {
    expect(headline({}, 0)).toBeUndefined();
  });
});
