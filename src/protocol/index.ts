/** What travels in the relay's sight. The one thing that relay and client share. */
export * from './bytes.ts';
export * from './codec.ts';
export * from './device-proof.ts';
export * from './entry.ts';
export * from './errors.ts';
export * from './founder-link.ts';
export * from './frames/index.ts';
export * from './limits.ts';
export * from './version.ts';
export * from './words.ts';
