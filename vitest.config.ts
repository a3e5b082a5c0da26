import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.mjs';
import { patternsOf, projects } from './scripts/projects.mjs';

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: projects.map((project) => ({
      test: {
        name: project.name,
        ...patternsOf(project),
        environment: 'node',
        pool: 'forks',
        testTimeout: project.testTimeout,
        hookTimeout: project.testTimeout,
        // What is looked at again and again comes, or the test is wrong: a second, as Vitest has it, would ask how busy the machine is.
        expect: { poll: { timeout: 20_000 } },
        isolate: project.isolated,
        // Two cores are what a small CI machine has. Ports are free ones, and what waits leaves a core to the other file.
        maxWorkers: project.alone ? 1 : 2,
      },
    })),
  },
});
