/**
 * Where the relay keeps key packages, by which a device can be taken into a room while it is away. Opaque bytes here.
 * test/contracts/key-packages.ts is the suite that every engine passes.
 */
export interface KeyPackages {
  /**
   * Adds to what waits for the device but what waits already: beyond `keep` the oldest go. `last`, where it is not null, replaces the one that is
   * given when there is no other. On disk when it resolves.
   */
  publish(device: Uint8Array, packages: readonly Uint8Array[], last: Uint8Array | null, keep: number): Promise<KeyPackageCount>;
  /** The oldest, which is durably gone when this resolves; the last one, which stays, where there is no other; undefined where there is none. */
  take(device: Uint8Array): Promise<Uint8Array | undefined>;
  /** The last one. */
  last(device: Uint8Array): Promise<Uint8Array | undefined>;
}

export interface KeyPackageCount {
  /** Beside the last one. */
  readonly left: number;
  readonly last: boolean;
}
