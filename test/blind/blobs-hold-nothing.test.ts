import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DefaultHttpStack, Upload } from 'tus-js-client';
import { expect, test } from 'vitest';
import { joinAsFounder } from '../file-process/member.ts';
import { startRelay, temporaryFolder } from '../support/programs.ts';

const NAME = 'Excalibur-in-the-stone.webm';
const TYPE = 'video/x-of-the-lake';

test('what is kept of a file is its bytes under a random name, who sent it and where; not what a careless client tells besides', async () => {
  const folder = join(temporaryFolder(), 'relay');
  const { relay, listening, ports } = await startRelay(folder);
  const member = await joinAsFounder(listening);
  const { text: ticket } = await member.ticket();
  const bytes = randomBytes(200_000);
  const url = await new Promise<string>((resolve, reject) => {
    const upload: Upload = new Upload(bytes, {
      endpoint: `https://127.0.0.1:${ports.files}/files/${member.room}`,
      httpStack: new DefaultHttpStack({ rejectUnauthorized: false }),
      headers: { Authorization: `Bearer ${ticket}` },
      metadata: { filename: NAME, filetype: TYPE },
      onSuccess: () => resolve(upload.url as string),
      onError: reject,
    });
    upload.start();
  });
  relay.kill();
  await relay.exit;

  const storage = join(folder, 'server_storage');
  expect(statSync(storage).mode & 0o777).toBe(0o700);
  const files = readdirSync(storage, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const id = url.slice(-32);
  const blob = files.find((file) => basename(file) === id) as string;
  expect(readFileSync(blob).equals(bytes)).toBe(true);
  expect(statSync(blob).mode & 0o777).toBe(0o600);
  const seen = Buffer.concat([...files.map((file) => readFileSync(file)), Buffer.from(files.join('\n') + relay.stderr())]);
  for (const secret of [NAME, TYPE, Buffer.from(NAME).toString('base64'), 'Excalibur']) expect(seen.indexOf(secret), secret).toBe(-1);
  // The look does see: the index names the blob, the room and the device.
  for (const known of [id, member.room, Buffer.from(member.guest.keys.device).toString('hex')])
    expect(seen.indexOf(known), known).toBeGreaterThan(-1);
});
