import { CodedError } from '../../protocol/index.ts';
import type { Files } from '../api.ts';
import type { Store } from '../ports.ts';
import type { Rooms } from '../rooms.ts';
import { createLibrary } from './library.ts';

/** Files where the platform brought nothing to send or fetch them with: what is in the rooms is there to be seen. */
export function createNoFiles(store: Store, rooms: Rooms): Files {
  const library = createLibrary(store);
  const refuse = async (): Promise<never> => {
    throw new CodedError('files_unavailable');
  };
  return {
    list: (room) => library.list(rooms.get(room).state.id),
    find: async (room, id) => (await library.find(rooms.get(room).state.id, id)).item,
    transfers: () => [],
    // eslint-disable-next-line require-yield
    async *read() {
      await refuse();
    },
    upload: refuse,
    download: refuse,
    pause: refuse,
    resume: refuse,
    cancel: refuse,
    reopen: refuse,
    index: refuse,
    delete: refuse,
  };
}
