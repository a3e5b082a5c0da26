/** What the host's screen is told. */
export type ServerEvent =
  | { readonly event: 'founded'; readonly room: string }
  /** `port_moved` {port, wanted}, `address_outside_ca` {address}, `open_room_late`, `storage_failed`, `files_stopped` and `media_stopped` {seconds}, `media_failed` {because, port}. */
  | { readonly event: 'warning'; readonly code: string; readonly detail: Readonly<Record<string, string | number>> };

export interface ServerEvents {
  emit(event: ServerEvent): void;
  on(listener: (event: ServerEvent) => void): () => void;
}

/** Events from before anybody listened wait for the first listener: ports move while the server is still being made. */
export function createServerEvents(): ServerEvents {
  const listeners = new Set<(event: ServerEvent) => void>();
  let early: ServerEvent[] = [];
  return {
    emit(event) {
      if (listeners.size === 0) early.push(event);
      for (const listener of listeners) listener(event);
    },
    on(listener) {
      listeners.add(listener);
      const missed = early;
      early = [];
      missed.forEach(listener);
      return () => listeners.delete(listener);
    },
  };
}
