import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, createReadStream, openSync, writeFileSync, writeSync } from 'node:fs';
import type { Download, Locator, Page } from 'playwright-core';

const MIB = 1 << 20;

/** A file of random bytes. @returns its SHA-256 */
export function writeRandom(path: string, mebibytes: number): string {
  const hash = createHash('sha256');
  const file = openSync(path, 'w');
  for (let i = 0; i < mebibytes; i++) {
    const bytes = randomBytes(MIB);
    hash.update(bytes);
    writeSync(file, bytes);
  }
  closeSync(file);
  return hash.digest('hex');
}

export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

/** A film with so much going on that it is large, whose index stands at its beginning. */
export function makeFilm(path: string, seconds: number): string {
  const picture = `testsrc2=size=640x360:rate=25:duration=${seconds}`;
  const args = ['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`];
  const film = ['-vf', 'noise=alls=80:allf=t', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-b:v', '6M', '-pix_fmt', 'yuv420p'];
  execFileSync('ffmpeg', [...args, ...film, '-c:a', 'aac', '-movflags', '+faststart', path]);
  return path;
}

/** A document of one page with a word on it. */
export function makePdf(path: string, word: string): string {
  const text = `BT /F1 60 Tf 60 600 Td (${word}) Tj ET 0.1 0.5 0.4 rg 60 300 475 200 re f`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${text.length}>>stream\n${text}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const at = body.length;
    body += `${i + 1} 0 obj${object}endobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = `trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF`;
  writeFileSync(path, `${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${trailer}`);
  return path;
}

/** Chooses files as a person does. */
export async function attach(page: Page, paths: string | readonly string[], what = 'Files'): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach' }).click();
  await page.getByRole('menuitem', { name: what, exact: true }).click();
  await (await chooser).setFiles(paths);
}

/** Drops files or folders of the disk on the page, by the debugger: as if they came from the desktop. */
export async function drop(page: Page, paths: readonly string[], { release = true } = {}): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', ...(release ? (['drop'] as const) : [])] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
}

/** Its bubble in the conversation. */
export const cardOf = (page: Page, name: string): Locator => page.getByRole('article').getByRole('group', { name: `File: ⁨${name}⁩` });

/** Its row among those that are on their way. */
export const rowOf = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: 'Files on their way' }).getByRole('listitem').filter({ hasText: name });

export async function save(page: Page, name: string): Promise<Download> {
  const download = page.waitForEvent('download');
  await cardOf(page, name).getByRole('button', { name: /^Save/ }).click();
  return download;
}

/** Takes the browser's pickers away, as in those that have none. */
export async function withoutPickers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    delete (window as { showSaveFilePicker?: unknown }).showSaveFilePicker;
    delete (window as { showDirectoryPicker?: unknown }).showDirectoryPicker;
  });
}

/** Takes the browser's private storage away, as in private windows of some. */
export async function withoutStorage(page: Page): Promise<void> {
  await page.addInitScript(() => {
    // Not there on the page that warns of a certificate.
    if (globalThis.isSecureContext) delete (StorageManager.prototype as { getDirectory?: unknown }).getDirectory;
  });
}

/** A line that takes so many bytes a second in each direction; with 0 as fast as it can. */
export async function slowDown(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const throughput = rate === 0 ? -1 : rate;
  const conditions = { offline: false, latency: 0, downloadThroughput: throughput, uploadThroughput: throughput };
  await session.send('Network.emulateNetworkConditions', conditions);
}

export interface Traffic {
  /** Offsets that parts were sent at, in order. */
  readonly parts: number[];
  /** First bytes of the ranges that were fetched. */
  readonly ranges: number[];
  readonly methods: string[];
  readonly origins: Set<string>;
  /** Those that answered. */
  readonly fetchedFrom: Set<string>;
  /** Bytes of the answers to what was fetched. */
  fetched: number;
}

/** What a page asks of the relay's files from now on. */
export function watchTraffic(page: Page): Traffic {
  const traffic: Traffic = { parts: [], ranges: [], methods: [], origins: new Set(), fetchedFrom: new Set(), fetched: 0 };
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!/^\/files\/./.test(url.pathname)) return;
    const headers = request.headers();
    traffic.origins.add(url.origin);
    traffic.methods.push(request.method());
    if (request.method() === 'PATCH') traffic.parts.push(Number(headers['upload-offset']));
    if (request.method() === 'GET') traffic.ranges.push(Number(/bytes=(\d+)/.exec(headers['range'] ?? '')?.[1]));
  });
  page.on('response', (response) => {
    const url = new URL(response.url());
    if (response.request().method() !== 'GET' || !/^\/files\/./.test(url.pathname)) return;
    traffic.fetchedFrom.add(url.origin);
    traffic.fetched += Number(response.headers()['content-length']);
  });
  return traffic;
}
