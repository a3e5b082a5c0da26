import { createHash } from 'node:crypto';

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

/** The rooms of the workloads, by the name that the benchmark gives them. */
export const ROOMS = { bench: Buffer.from('corrillo bench 0'), lat: Buffer.from('corrillo bench 1') };

/** What opens them; devices come in by it as they come in by a link. */
export const DOOR_TOKEN = sha256('corrillo bench door');

/** Stands for a sealed GroupInfo: the relay cannot tell. */
export const INFO = Buffer.alloc(512, 1);
