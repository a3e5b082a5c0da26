/**
 * Turns the outcome of one runner into passed and failed. Nothing is left out: a test that was skipped did not
 * pass, and neither did a runner that crashed after all of its tests were fine.
 *
 * @param {{ report?: any, exit: number | null, note?: string }} outcome what Vitest's JSON reporter wrote (undefined if
 *   nothing), how the process ended (null: by a signal), and what the runner has to add
 * @returns {{ passed: number, failures: Array<{ name: string, message: string }> }}
 */
export function tally({ report, exit, note }) {
  const failures = [];
  let passed = 0;
  for (const file of report?.testResults ?? []) {
    const before = failures.length;
    for (const test of file.assertionResults) {
      const name = `${file.name} > ${test.fullName.trim()}`;
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') failures.push({ name, message: test.failureMessages.join('\n') || 'failed' });
      else failures.push({ name, message: `did not run (${test.status}): a test passes, fails, or is not there` });
    }
    if (file.status === 'failed' && failures.length === before) failures.push({ name: file.name, message: file.message || 'failed' });
    else if (file.assertionResults.length === 0 && failures.length === before) {
      failures.push({ name: file.name, message: 'has no tests' });
    }
  }
  const fail = (message) => failures.push({ name: 'runner', message });
  if (note !== undefined) fail(note);
  else if (report === undefined) fail(`ended without a report (${describeExit(exit)})`);
  else if (exit !== 0 && failures.length === 0) fail(`an error outside of any test, or a crash (${describeExit(exit)})`);
  else if (passed + failures.length === 0) fail('no tests');
  return { passed, failures };
}

function describeExit(exit) {
  return exit === null ? 'ended by a signal' : `exit code ${exit}`;
}
