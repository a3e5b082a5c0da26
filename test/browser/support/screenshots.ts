import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { packPng } from './png.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(root, 'test-results', 'screens');
const readmeFolder = join(root, 'docs', 'screens');
/** Bytes. A README is read over slow lines too. */
const LARGEST = 100_000;

/** Keeps a picture of the page to look at; nothing compares it. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.png`), await page.screenshot({ animations: 'disabled' }));
}

/** One of README's pictures, which `CORRILLO_SCREENSHOTS=1` makes anew. */
export async function takeReadmeScreenshot(page: Page, name: string): Promise<void> {
  if (process.env['CORRILLO_SCREENSHOTS'] !== '1') return takeScreenshot(page, name);
  keep(`${name}.png`, packPng(await page.screenshot({ animations: 'disabled', caret: 'hide' })));
}

/** The same of a page that shows what cameras see, in which no two pixels are alike. */
export async function takeReadmePhoto(page: Page, name: string): Promise<void> {
  if (process.env['CORRILLO_SCREENSHOTS'] !== '1') return takeScreenshot(page, name);
  keep(`${name}.jpg`, await page.screenshot({ animations: 'disabled', caret: 'hide', type: 'jpeg', quality: 82 }));
}

function keep(file: string, picture: Buffer): void {
  if (picture.length > LARGEST) throw new Error(`${file} would have ${picture.length} bytes`);
  mkdirSync(readmeFolder, { recursive: true });
  writeFileSync(join(readmeFolder, file), picture);
}
