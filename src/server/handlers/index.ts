import { type ClientFrame, type ClientFrames, CodedError } from '../../protocol/index.ts';
import type { RelayContext } from '../relay-context.ts';
import type { Session } from '../session.ts';
import type { SessionState } from '../session-state.ts';
import { append } from './append.ts';
import { callJoin, callLeave, callWant } from './call.ts';
import { create } from './create.ts';
import { deny } from './deny.ts';
import { door } from './door.ts';
import { follow } from './follow.ts';
import { ephemeral } from './ephemeral.ts';
import { found } from './found.ts';
import { front } from './front.ts';
import type { Handler } from './handler.ts';
import { hello } from './hello.ts';
import { knock } from './knock.ts';
import { handOut } from './package.ts';
import { ping, pong } from './ping.ts';
import { proof } from './proof.ts';
import { publish } from './publish.ts';
import { ticket } from './ticket.ts';
import { withdraw } from './withdraw.ts';

type Handlers = {
  readonly [K in keyof ClientFrames]: Handler<K, 'greeting'> | Handler<K, 'challenged'> | Handler<K, 'ready'> | Handler<K, never>;
};

/** One file a frame. What all frames have in common is checked here, once: the state that the session must be in. */
const handlers: Handlers = {
  hello,
  proof,
  found,
  front,
  knock,
  withdraw,
  deny,
  create,
  publish,
  package: handOut,
  door,
  append,
  follow,
  ticket,
  ephemeral,
  'call.join': callJoin,
  'call.leave': callLeave,
  'call.want': callWant,
  ping,
  pong,
};

/** @returns a promise where the answer waits for something. @throws CodedError with a fatal code: the session ends. */
export function handleFrame(session: Session, frame: ClientFrame, context: RelayContext): Promise<void> | undefined {
  const { state } = session;
  const handler = handlers[frame.t] as unknown as Handler<keyof ClientFrames, SessionState['name']>;
  if (handler.needs !== 'any' && handler.needs !== state.name) throw new CodedError('not_ready');
  return handler.run({ frame, state, session, context }) ?? undefined;
}
