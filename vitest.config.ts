import { defineConfig } from 'vitest/config';
import { patternsOf, projects } from './scripts/projects.mjs';

export default defineConfig({
  test: {
    projects: projects.map((project) => ({
      test: {
        name: project.name,
        ...patternsOf(project),
        environment: 'node',
        pool: 'forks',
        testTimeout: project.testTimeout,
        hookTimeout: project.testTimeout,
        // Two cores are what a small CI machine has; what uses ports, processes or a browser runs alone on it.
        fileParallelism: project.parallel,
        maxWorkers: project.parallel ? 2 : 1,
      },
    })),
  },
});
