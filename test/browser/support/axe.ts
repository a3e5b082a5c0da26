import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly impact?: string | null;
  readonly nodes: ReadonlyArray<{ readonly html: string; readonly failureSummary?: string }>;
}

/**
 * What axe finds against WCAG 2.2 AA and its own best practices, as lines to be read in a failing test. Colours are measured after all
 * transitions, because half-faded text has half the contrast.
 */
export async function findBarriers(page: Page): Promise<string[]> {
  // By the debugger, not by a script element: the page's own policy would refuse that one.
  await page.evaluate(source);
  await page.evaluate(async () => {
    const endless = (animation: Animation) => animation.effect?.getComputedTiming().iterations === Infinity;
    await Promise.allSettled(
      document
        .getAnimations()
        .filter((animation) => !endless(animation))
        .map((animation) => animation.finished),
    );
  });
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: Finding[] }> } };
    return (await axe.run({ resultTypes: ['violations'] })).violations;
  });
  return violations.flatMap(({ id, impact, nodes }) =>
    // An open menu stands outside of all landmarks, as dialogs do, which axe knows of those alone.
    nodes
      .filter(({ html }) => id !== 'region' || !html.includes('role="menu"'))
      .map(
        (node) =>
          `${impact ?? ''} ${id}: ${node.html.slice(0, 160)} — ${(node.failureSummary ?? '').replaceAll(/\s+/g, ' ').slice(0, 240)}`,
      ),
  );
}
