/** The connections of each device, for what concerns a device and not a room. */
export interface SessionsByDevice<S extends { readonly deviceKey: string }> {
  add(session: S): void;
  drop(session: S): void;
  /** In the order in which they came. */
  of(deviceKey: string): readonly S[];
}

export function createSessionsByDevice<S extends { readonly deviceKey: string }>(): SessionsByDevice<S> {
  const sessionsByDevice = new Map<string, Set<S>>();
  return {
    add(session) {
      const sessions = sessionsByDevice.get(session.deviceKey) ?? new Set();
      sessionsByDevice.set(session.deviceKey, sessions.add(session));
    },
    drop(session) {
      const sessions = sessionsByDevice.get(session.deviceKey);
      if (sessions?.delete(session) && sessions.size === 0) sessionsByDevice.delete(session.deviceKey);
    },
    of: (deviceKey) => [...(sessionsByDevice.get(deviceKey) ?? [])],
  };
}
