import { describe, expect, it } from 'vitest';
import { tally } from '../../scripts/tally.mjs';

const file = (name: string, statuses: string[], rest: object = {}) => ({
  name,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  message: '',
  assertionResults: statuses.map((status, index) => ({
    status,
    fullName: ` test ${index}`,
    failureMessages: status === 'failed' ? ['Error: no'] : [],
  })),
  ...rest,
});

describe('counting what a runner reports', () => {
  it('adds up passed and failed over files', () => {
    const { passed, failures } = tally({
      report: { testResults: [file('a', ['passed', 'passed']), file('b', ['passed', 'failed'])] },
      exit: 1,
    });
    expect(passed).toBe(3);
    expect(failures).toEqual([{ name: 'b > test 1', message: 'Error: no' }]);
  });

  it.each(['skipped', 'pending', 'todo', 'disabled'])('counts a test that is %s as failed', (status) => {
    const { passed, failures } = tally({ report: { testResults: [file('a', ['passed', status])] }, exit: 0 });
    expect(passed).toBe(1);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.message).toContain('did not run');
  });

  it('counts a file that could not be loaded', () => {
    const broken = file('a', [], { status: 'failed', message: 'Cannot find module' });
    expect(tally({ report: { testResults: [broken] }, exit: 1 }).failures).toEqual([{ name: 'a', message: 'Cannot find module' }]);
  });

  it('counts a file without tests', () => {
    expect(tally({ report: { testResults: [file('a', ['passed']), file('b', [])] }, exit: 0 }).failures).toHaveLength(1);
  });

  it('counts a runner that ends badly although all of its tests passed', () => {
    const { passed, failures } = tally({ report: { testResults: [file('a', ['passed'])] }, exit: 1 });
    expect([passed, failures.length]).toEqual([1, 1]);
    expect(tally({ report: { testResults: [file('a', ['passed'])] }, exit: null }).failures).toHaveLength(1);
  });

  it('counts a runner without a report, one that hung, and one without tests', () => {
    expect(tally({ exit: 0 }).failures).toHaveLength(1);
    expect(tally({ exit: null, note: 'hung' }).failures).toEqual([{ name: 'runner', message: 'hung' }]);
    expect(tally({ report: { testResults: [] }, exit: 0 }).failures).toHaveLength(1);
  });
});
