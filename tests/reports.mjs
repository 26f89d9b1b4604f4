import { readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: string[], skipped: string[] }} Tally */

/** @returns {Tally} */
export const emptyTally = () => ({ passed: 0, failed: [], skipped: [] });

/**
 * Reads the JSON report that Jest and Vitest share.
 * @param {string} path of the report.
 * @returns {Tally}
 */
export function readJestReport(path) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const tally = emptyTally();
  for (const file of report.testResults) {
    if (file.assertionResults.length === 0 && file.status === 'failed') {
      tally.failed.push(`${file.name}: ${file.message}`);
    }
    for (const test of file.assertionResults) {
      count(tally, test.status, test.fullName);
    }
  }
  return tally;
}

/**
 * Reads Playwright's JSON report, or the note that stands in its place where no browser tests could run.
 * @param {string} path of the report.
 * @returns {Tally}
 */
export function readPlaywrightReport(path) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const tally = emptyTally();
  if (typeof report.skipped === 'string') {
    tally.skipped.push(`browser tests: ${report.skipped}`);
    return tally;
  }
  const visit = (suite) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const status = { expected: 'passed', flaky: 'passed', unexpected: 'failed', skipped: 'skipped' }[test.status];
        const why = test.annotations?.find((note) => note.type === 'skip')?.description;
        count(tally, status, `${suite.file ?? ''} ${spec.title}${why ? ` (${why})` : ''}`);
      }
    }
    (suite.suites ?? []).forEach(visit);
  };
  report.suites.forEach(visit);
  for (const error of report.errors ?? []) {
    tally.failed.push(`browser tests: ${error.message}`);
  }
  return tally;
}

function count(tally, status, name) {
  if (status === 'passed') {
    tally.passed += 1;
  } else if (status === 'failed') {
    tally.failed.push(name);
  } else {
    tally.skipped.push(name);
  }
}
