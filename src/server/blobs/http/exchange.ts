import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError, SIZES } from '../../../protocol/index.ts';
import type { Clock } from '../../clock.ts';
import type { Blob } from '../blob-store.ts';
import type { FileLimits } from '../file-limits.ts';
import type { OpenRequests } from '../open-requests.ts';
import type { Storage } from '../storage.ts';
import type { Bearer, Revocations, Tickets } from '../tickets.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { ReceivingBudget } from './receive.ts';

/** What all requests share. */
export interface FileContext {
  readonly storage: Storage;
  readonly tickets: Tickets;
  readonly revocations: Revocations;
  readonly requests: OpenRequests;
  readonly receiving: ReceivingBudget;
  readonly pool: BufferPool;
  readonly clock: Clock;
  readonly limits: FileLimits;
  /** What nobody foresaw, and what the disk could not do. */
  readonly onFault: (error: unknown) => void;
}

/** A request whose ticket fits its room. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly bearer: Bearer;
  readonly context: FileContext;
  /** Says to go on to a sender that waits for that (Expect: 100-continue). */
  readonly proceed: () => void;
}

/** What an address under /files/ names. */
export interface Target {
  readonly room: string;
  readonly blob: string | undefined;
  readonly keep: boolean;
}

const PATH = new RegExp(`^/files/([0-9a-f]{${2 * SIZES.room}})(?:/([0-9a-f]{${2 * SIZES.blob}})(/keep)?)?$`);

/** Undefined where it names nothing: no other spelling of a path leads anywhere. */
export function parseTarget(url: string): Target | undefined {
  const match = PATH.exec(url);
  return match ? { room: match[1] as string, blob: match[2], keep: match[3] !== undefined } : undefined;
}

/** A header that is a number without sign, point or blank; undefined where it is not there. @throws CodedError `bad_request` */
export function readNumber({ headers }: IncomingMessage, name: string): number | undefined {
  const text = headers[name];
  if (text === undefined) return undefined;
  // What came twice stands there with a comma between.
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) throw new CodedError('bad_request');
  return Number(text);
}

/** The blob, where it is of the bearer's room. @throws CodedError `unknown_file` */
export async function findBlob({ bearer, context }: Exchange, id: string): Promise<Blob> {
  const blob = await context.storage.find(id);
  if (!blob || blob.room !== bearer.room) throw new CodedError('unknown_file');
  return blob;
}

/** The `Upload-Expires` of a blob (RFC 9110 date), where it has one. */
export function expiryHeader({ context }: Exchange, blob: Blob): Record<string, string> {
  const expires = context.storage.expires(blob);
  return expires === null ? {} : { 'Upload-Expires': new Date(expires).toUTCString() };
}
