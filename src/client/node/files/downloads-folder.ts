import { dirname } from 'node:path';
import { makeFolder } from '../../../files/index.ts';
import { targetFault } from './disk-faults.ts';

/** Makes the folder that `target` is to stand in, as its person makes folders. @throws CodedError `target_not_writable` */
export async function prepareDownloads(target: string): Promise<void> {
  try {
    await makeFolder(dirname(target), 0o777);
  } catch (error) {
    throw targetFault(error, target);
  }
}
