import type { CodedError } from '../protocol/index.ts';
import { EXIT } from './session.ts';

const FAULT_EXITS: Readonly<Record<string, number>> = {
  data_in_use: EXIT.inUse,
  holder_silent: EXIT.inUse,
  bad_flag: EXIT.usage,
  bad_invite: EXIT.usage,
  invite_unreadable: EXIT.usage,
  unknown_host: EXIT.usage,
  invitation_needed: EXIT.notLetIn,
  name_required: EXIT.usage,
  name_too_long: EXIT.usage,
};

/** The exit code of a program that could not begin. */
export const exitOf = ({ code }: CodedError): number => FAULT_EXITS[code] ?? EXIT.fault;
