import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** ms from starting a program to its end: what a machine takes for next to nothing, just now. */
export async function timeOf(program: string, ...parameters: string[]): Promise<number> {
  const began = performance.now();
  await once(spawn(program, parameters, { stdio: 'ignore' }), 'exit');
  return performance.now() - began;
}
