export * from './envelope.ts';
export * from './kinds.ts';
export * from './leaving.ts';
export * from './profile.ts';
