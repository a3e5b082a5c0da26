/**
 * Stable error codes of the protocol. A code never changes its meaning; sentences for people live in the client's locales.
 * `fatal` ends the session: the peer sends the error and closes.
 */
export const ERRORS = {
  bad_frame: { fatal: true, means: 'A frame could not be parsed or has a field of the wrong shape.' },
  too_large: { fatal: true, means: 'A frame is larger than the relay accepts.' },
  too_slow: { fatal: true, means: 'The reader let too much pile up. Connect again and resume.' },
  too_many_connections: { fatal: true, means: 'The relay, or this address, has as many connections as it may have.' },
  version_unsupported: { fatal: true, means: 'No protocol version is spoken by both sides. The older program must be updated.' },
  version_too_old: { fatal: true, means: 'All versions of the client are older than those of the relay. The client must be updated.' },
  version_too_new: { fatal: true, means: 'All versions of the client are newer than those of the relay. The relay must be updated.' },
  handshake_timeout: { fatal: true, means: 'The device was not proved in time.' },
  bad_proof: { fatal: true, means: 'The signature over the challenge does not fit the device, this relay or this connection.' },
  not_ready: { fatal: true, means: 'A frame came before the device was proved, or a handshake frame after it.' },
  shutting_down: { fatal: true, means: 'The relay is stopping. Connect again shortly.' },
  tls_required: { fatal: true, means: 'This address may only be used over https.' },
  unknown_room: { fatal: false, means: 'No such room, or this device is not in it: the relay does not say which.' },
  wrong_token: { fatal: false, means: 'The door token does not open this room: the link was changed or is closed.' },
  already_founded: { fatal: false, means: 'The founder link was used already: ask a member for an invitation.' },
  not_founded: { fatal: false, means: 'The relay has no room yet.' },
  knock_closed: { fatal: false, means: 'The door is closed for the moment, or this room is not knocked at.' },
  knock_refused: { fatal: false, means: 'A member said no a moment ago: wait before knocking again.' },
  too_many_knocks: { fatal: false, means: 'As many wait at this door as may, in all or from this address.' },
  room_taken: { fatal: false, means: 'A room with this id exists: choose another.' },
  no_package: {
    fatal: false,
    means: 'No key package for this device: it has published none, or shares no room with the asker. The relay does not say which.',
  },
  stale_epoch: { fatal: false, means: 'The entry was sealed for an epoch that is over: catch up and seal it again.' },
  bad_change: { fatal: false, means: 'What a commit tells the relay is not allowed or contradicts itself.' },
  room_full: { fatal: false, means: 'The room has as many members as it may have.' },
  too_many_rooms: { fatal: false, means: 'One connection follows as many rooms as it may.' },
  future_entry: { fatal: false, means: 'A number beyond the end of the room was asked for: this relay knows less than it once did.' },
  no_calls: { fatal: false, means: 'This relay carries no calls: it was started without, or its media port could not be opened.' },
  call_full: { fatal: false, means: 'The call has as many members as it may have.' },
  bad_offer: { fatal: false, means: 'The offer contradicts itself: two streams with one ssrc, or layers without what tells them apart.' },
  too_many_calls: {
    fatal: false,
    means: 'This device is in as many calls, or joins as often, as it may: leave one, or wait some seconds.',
  },
  call_replaced: { fatal: false, means: 'The device joined this call over another connection.' },
  call_lost: { fatal: false, means: 'What forwards media stopped. Join again.' },
  call_silent: { fatal: false, means: 'Nothing came from the device for a while, so it was taken out of the call. Join again.' },
  call_refused: { fatal: false, means: 'The device did not show the certificate of its offer.' },
  not_in_call: { fatal: false, means: 'This device is not in the call of this room.' },
  storage_failed: { fatal: false, means: 'The relay could not write to its disk. Nothing was acknowledged; send again later.' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** An expected failure that has a stable code. `detail` is for logs and developers, never the only word to a person. */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: string;
  readonly detail: Readonly<Record<string, string | number>>;
  constructor(code: string, detail: Readonly<Record<string, string | number>> = {}) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}
