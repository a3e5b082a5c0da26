import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { listFiles } from './parts.mjs';
import { proving } from './proofs.mjs';

/** `npm run prove` has ten times the seeds and frames, and more. */
const patience = proving ? 10 : 1;
const minutes = (count) => count * 60_000 * patience;

/**
 * The test projects, in the order in which `npm test` runs them: what is quick to tell comes first. Each is a set of folders under
 * test/; what no other project claims belongs to `sockets`, so that no test can stand where nobody runs it.
 */
export const projects = [
  {
    name: 'unit',
    folders: ['protocol', 'discovery', 'rtc', 'main', 'crypto', 'server', 'client', 'terminal', 'web', 'contracts', 'house'],
    testTimeout: minutes(1),
    // More than this is a hang, not slowness: the runner ends it and counts a failure.
    limit: minutes(10),
    // Starting a process a file took more than half of it: these leave nothing behind for the next one.
    isolated: false,
  },
  { name: 'sim', folders: ['sim'], testTimeout: minutes(3), limit: minutes(8), isolated: true },
  { name: 'sockets', folders: undefined, testTimeout: minutes(3), limit: minutes(22), isolated: true },
  { name: 'browser', folders: ['browser'], testTimeout: minutes(3), limit: minutes(25), isolated: true },
  // Pictures have to come in time: with another file beside it each of these would measure that one.
  {
    name: 'calls',
    folders: ['calls', 'media-process', 'node-calls'],
    testTimeout: minutes(3),
    limit: minutes(15),
    isolated: true,
    alone: true,
  },
  { name: 'package', folders: ['package'], testTimeout: minutes(4), limit: minutes(10), isolated: true },
];

const claimed = projects.flatMap(({ folders }) => folders ?? []);
const suffix = '**/*.test.{ts,tsx}';

/** Glob patterns of a project's test files, relative to the root. */
export function patternsOf({ folders }) {
  if (folders === undefined) return { include: [`test/${suffix}`], exclude: claimed.map((folder) => `test/${folder}/**`) };
  return { include: folders.map((folder) => `test/${folder}/${suffix}`), exclude: [] };
}

/** Has this tree anything of the project? One that is there has to have tests; one that is not there yet is no failure. */
export function isPresent(project, tree) {
  const { folders } = project;
  return folders === undefined ? testFilesOf(project, tree).length > 0 : folders.some((folder) => existsSync(join(tree, 'test', folder)));
}

/**
 * A project's test files, as paths from the root of the tree.
 * @returns {string[]}
 */
export function testFilesOf({ folders }, tree) {
  return listFiles(join(tree, 'test'))
    .map((file) => relative(tree, file).split(sep).join('/'))
    .filter((path) => {
      const folder = path.split('/')[1];
      return /\.test\.tsx?$/.test(path) && (folders === undefined ? !claimed.includes(folder) : folders.includes(folder));
    });
}
