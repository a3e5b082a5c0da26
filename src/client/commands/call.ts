import { type CallSource, CodedError } from '../../protocol/index.ts';
import type { Command, CommandContext, CommandResult } from './command.ts';
import { nearest } from './nearest.ts';

type Deed = (context: CommandContext, rest: string) => Promise<CommandResult>;

/** What the room's call looks like now. */
const who: Deed = async ({ client, room }) => ({ kind: 'call', call: client.calls.view(room) });

const isOut = ({ client, room }: CommandContext) => client.calls.current() !== room;

/** Joins, or begins one; who is in already is told what there is. */
const start: Deed = async (context, rest) => {
  if (!isOut(context)) return who(context, rest);
  await begin(context, WITH_VIDEO.has(rest.trim().toLowerCase()));
  return { kind: 'none' };
};
const WITH_VIDEO = new Set(['video', 'vídeo']);

async function begin({ client, room, startCall }: CommandContext, camera: boolean): Promise<void> {
  const wanted = { microphone: true, camera };
  await (startCall ? startCall(wanted) : client.calls.join(room, wanted));
}

/** Leaves; whoever is being called and does not want to come hears no more of it. */
const stop: Deed = async ({ client, room }) => {
  const isRinging = Boolean(client.calls.view(room)?.ringing);
  if (client.calls.current() !== null) await client.calls.leave();
  else if (isRinging) client.calls.dismiss(room);
  else throw new CodedError('not_in_call');
  return { kind: 'none' };
};

/** On where it is off, off where it is on: of the call that this device is in, in whatever room. */
const toggle =
  (source: CallSource): Deed =>
  async ({ client }) => {
    await client.calls.turn(source, !ownIn(client)?.sources.includes(source));
    return { kind: 'none' };
  };

/** The one that must not begin by mistake: who says that it is to end does not begin it. */
const share: Deed = async (context, rest) => {
  if (ENDS.has(rest.trim().normalize('NFC').toLowerCase())) await context.client.calls.turn('screen', false);
  else await toggle('screen')(context, rest);
  return { kind: 'none' };
};
const ENDS = new Set(['stop', 'off', 'parar', 'terminar', 'no']);

const video: Deed = async (context, rest) => {
  if (context.client.calls.current() !== null) return toggle('camera')(context, rest);
  await begin(context, true);
  return { kind: 'none' };
};

const hand: Deed = async ({ client }) => {
  await client.calls.raiseHand(!ownIn(client)?.hand);
  return { kind: 'none' };
};

function ownIn({ calls }: CommandContext['client']) {
  const room = calls.current();
  return room === null ? undefined : calls.view(room)?.members.find(({ own }) => own);
}

/** What may stand behind `/call`. */
const deeds: ReadonlyArray<{ readonly name: string; readonly aliases: readonly string[]; readonly deed: Deed }> = [
  { name: 'start', aliases: ['iniciar', 'join', 'entrar'], deed: start },
  { name: 'stop', aliases: ['colgar', 'leave', 'salir'], deed: stop },
  { name: 'mute', aliases: ['silencio', 'unmute', 'silenciar'], deed: toggle('microphone') },
  { name: 'video', aliases: ['vídeo', 'camera', 'cámara', 'camara'], deed: video },
  { name: 'share', aliases: ['compartir', 'screen', 'pantalla'], deed: share },
  { name: 'who', aliases: ['quién', 'quien'], deed: who },
  { name: 'hand', aliases: ['mano'], deed: hand },
];
const deedsByName = new Map(deeds.flatMap(({ name, aliases, deed }) => [name, ...aliases].map((one) => [one, deed] as const)));

export const call: Command = {
  name: 'call',
  aliases: ['llamada', 'llamar'],
  argument: 'optional',
  completes: 'word',
  words: deeds,
  live: true,
  async run(context, argument) {
    const [, word = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(argument.trim()) ?? [];
    const name = word.normalize('NFC').toLowerCase();
    const deed = name === '' ? start : deedsByName.get(name);
    if (!deed) throw new CodedError('unknown_call_word', { word: word.slice(0, 40), nearest: nearest(name, [...deedsByName.keys()]) });
    return deed(context, rest);
  },
};
