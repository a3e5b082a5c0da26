import { CodedError } from '../../protocol/index.ts';
import { createTally } from '../tally.ts';
import type { FileLimits } from './file-limits.ts';
import type { Bearer } from './tickets.ts';

/** The requests that are under way: how many, whose, and how to end them. */
export interface OpenRequests {
  /** Rejects by throwing CodedError `too_many_connections`. @param cut ends the request @returns to be called when it has ended */
  enter(bearer: Bearer, cut: () => void): () => void;
  /** Ends all that a device has under way in a room. */
  cut(bearer: Bearer): void;
  readonly count: number;
}

export function createOpenRequests(limits: Pick<FileLimits, 'requests' | 'requestsPerDevice'>): OpenRequests {
  const open = new Set<{ readonly bearer: Bearer; readonly cut: () => void }>();
  const countsByDevice = createTally();
  return {
    enter(bearer, cut) {
      if (open.size >= limits.requests || countsByDevice.of(bearer.device) >= limits.requestsPerDevice)
        throw new CodedError('too_many_connections');
      const request = { bearer, cut };
      open.add(request);
      countsByDevice.add(bearer.device);
      return () => {
        if (open.delete(request)) countsByDevice.remove(bearer.device);
      };
    },
    cut({ room, device }) {
      for (const { bearer, cut } of [...open]) if (bearer.room === room && bearer.device === device) cut();
    },
    get count() {
      return open.size;
    },
  };
}
