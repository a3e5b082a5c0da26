import type { ErrorCode } from '../../../protocol/index.ts';
import type { Sentence } from '../sentence.ts';
import { callErrors } from './call-errors.ts';

/** For every code one sentence: what happened, and what to do next. */
export const errors = {
  ...callErrors,

  // Connecting
  refused:
    'Nobody answers there (connection refused, ECONNREFUSED, error 10061): check that Corrillo is running on the host, and the address and the port; it is tried again by itself.',
  no_route:
    'The host cannot be reached (no route to host, EHOSTUNREACH, error 10065): check that you are on the same network and that Corrillo is running; it is tried again by itself.',
  isolated:
    'The host is on your network and does not answer (timed out, ETIMEDOUT, error 10060): it may be off, its firewall may be closed (“corrillo firewall” helps), or the network keeps devices apart (client isolation, AP isolation, guest Wi-Fi); it is tried again by itself.',
  other_network:
    'That address is of a network that this device is not on (no route, timed out, error 10065): change to the host’s Wi-Fi, not its guest network, or switch a VPN off; it is tried again by itself.',
  no_relay_found:
    'No host was found on this network: check that Corrillo is running there and that this is the same network, or give its address, like --host 192.168.1.20.',
  no_network:
    'This device is on no network (network is unreachable, ENETUNREACH, error 10051): connect it to the same network as the host.',
  blocked_here:
    'This device does not let Corrillo out (permission denied, EACCES, error 10013): allow it in its own firewall or antivirus; it is tried again by itself.',
  lost: 'The connection to the host broke off: it is made anew by itself.',
  unknown_host:
    'No host goes by that name here (host not found, ENOTFOUND, error 11001): check how it is written, or use its address, like 192.168.1.20.',
  not_corrillo:
    'Something other than Corrillo answers there: check the address and the port (9009 for terminals, unless the host says otherwise).',
  timeout:
    'The host does not answer (timed out, ETIMEDOUT, error 10060): check the network and the firewall of the host; it is tried again by itself.',
  offline: 'There is no connection to the host right now: it is tried again by itself.',
  wrong_key: (d) =>
    `This is not the host that the link was made for, or that you knew at this address (its key has changed): ${
      d['expected'] && d['found'] ? `its words were “${d['expected']}” and are now “${d['found']}”. Ask` : 'ask'
    } whoever runs it whether it was set up anew and which words its screen shows; come in by a new link if they agree, and do not go on if nobody changed anything.`,
  tls_required: (d) =>
    d['url']
      ? `This address only works over https: open ${d['url']}`
      : 'This address only works over https: open the same address with https:// in front.',
  version_too_old: 'This program is older than the host can still speak with (version too old): update it, or reload the page.',
  version_too_new: 'The host is older than this program can still speak with (version too old): ask whoever runs it to update it.',
  host_refused: 'The host does not go by that name (status 421): use its address, or have it started with --host-name NAME.',
  clock_off: (d) =>
    `The clock of this device and that of the host are ${d['days'] === 1 ? 'a day' : `${d['days'] ?? 'several'} days`} apart (wrong date, certificate not yet valid or expired, ERR_CERT_DATE_INVALID): set the wrong one right.`,
  version_unsupported: 'This program and the host are too far apart in age: update the older one.',
  handshake_timeout: 'The host waited too long for this device: try again on a better connection.',
  bad_proof: 'The host did not accept this device: come in again with a fresh link.',
  not_ready: 'Not quite there yet: wait until the room is open and try again.',
  shutting_down: 'The host is being stopped: it is tried again by itself.',
  too_many_connections: 'The host has as many visitors as it takes: close other windows or try again later.',
  too_slow: 'This connection could not keep up: it is made anew by itself.',
  bad_frame: 'The host and this program do not understand each other: update the older one.',
  too_large: 'That is too large for the host: send less at once.',

  // Coming in
  bad_invite: 'That is not a Corrillo link: copy the whole link, from https to its end.',
  not_founder_link: 'That link opens a room that exists, not a new one: use it to come in instead.',
  wrong_token: 'This link does not work any more: ask a member for a new one.',
  wrong_link: 'This link does not fit the room: copy it again, whole, or ask a member for a new one.',
  invitation_needed: 'You need an invitation: ask a member for the link of the room.',
  invite_unreadable: (d) =>
    `The invitation cannot be read${d['path'] ? ` from ${d['path']}` : ''}: check that the file is there and that you may open it.`,
  link_closed: 'The room’s link is closed at the moment: ask a member for a new one.',
  already_founded: 'The first room exists already: ask somebody in it for an invitation.',
  unknown_room: 'That room is not here, or you are not in it: ask a member for a new link.',
  not_inside: 'You are not in that room: come in with a link.',
  no_such_room: 'This device is not in that room: come in with a link.',
  ambiguous_room: 'Several rooms go by that name: use its number, which /rooms shows.',
  room_full: 'The room is full: somebody has to leave before you can come in.',
  too_many_rooms: 'You are following as many rooms as the host allows: leave one first.',
  not_founded: 'Nobody has opened a room on this host yet: ask whoever started it.',
  knock_closed: 'Nobody can knock here at the moment: ask a member for a link, or try again shortly.',
  knock_refused: 'You were not let in: ask somebody inside, and try again in a minute.',
  too_many_knocks: 'Many people are waiting at this door: try again shortly, or ask a member for a link.',
  withdrawn: 'You are not waiting any more: knock again when you like.',
  no_such_knock: 'Nobody of that name is waiting at the door any more.',
  peer_left: 'The other one left this conversation: choose the person again to begin a new one.',
  no_package: 'This person cannot be reached for a direct message yet: try again once they have been here.',
  room_taken: 'That did not work: try it again.',
  direct_self: 'You cannot write to yourself: choose somebody else.',
  cannot_open_welcome: 'Somebody wrote to you with keys that this device no longer has: ask them to begin again.',
  busy: 'You are coming in already: wait a moment.',

  // What a person types
  name_required: 'Type a name so that the others know who you are.',
  name_too_long: (d) => `That name is too long: use at most ${d['max'] ?? 64} characters.`,
  text_too_long: 'That text is too long for one message: send it in pieces.',
  unknown_command: (d) =>
    d['nearest']
      ? `There is no such command. Did you mean ${d['nearest']}? To send it as text, put another / in front.`
      : 'There is no such command: /help lists them. To send it as text, put another / in front.',
  argument_missing: (d) => `Something is missing after ${d['name'] ?? 'the command'}: /help shows how it is written.`,
  ambiguous_name: (d) =>
    d['devices']
      ? `Several people go by that name: write one of their devices instead, ${d['devices']}.`
      : 'Several people go by that name: write the beginning of the device instead.',
  no_such_member: 'Nobody in the room goes by that name: /who shows who is here.',
  remove_self: 'You cannot remove yourself: use /leave to go.',
  bad_input: 'That line is no JSON object with "text" or "command": correct it and send it again.',
  not_allowed: 'You may not do that here: ask the person who opened the room.',

  // The room
  left: 'You left this room: come back with a link.',
  removed: 'You were removed from this room: ask a member if you want to come back.',
  stale_epoch: 'The room has moved on: this is sent again by itself.',
  bad_change: 'The host did not accept that change: try it again.',
  future_entry: 'The host has forgotten part of the conversation: tell whoever runs it, and compare the room’s words.',
  log_changed: 'The host shows a different past than before: do not go on, and tell the others.',
  outdated: 'This device holds an older state than the room: come in again with a link.',
  withheld: 'The host kept a message back: tell the others and whoever runs the host.',
  outer_differs: 'A member said one thing to the host and did another: this change was not accepted.',
  forbidden: 'A member tried something that it may not do: this change was not accepted.',
  replayed: 'A message came for the second time: it is not shown again.',
  unreadable: 'This message could not be opened: ask for it to be sent again.',
  future_epoch: 'This message came too early to be opened: ask for it to be sent again.',
  newer_version: 'This was written with a newer version: update Corrillo to read it.',
  bad_content: 'This message makes no sense: ask for it to be sent again.',
  cannot_open: 'What is stored here cannot be opened: remove this device’s data and come in again with a link.',

  // Files
  files_unavailable: 'This program cannot send or fetch files: use the page or the terminal.',
  file_name_bad: 'A file has to have a name of at most 255 characters: rename it and send it again.',
  too_many_transfers: (d) =>
    `More than ${d['max'] ?? 10_000} files cannot be on their way at once: wait for some, or send a folder as one.`,
  not_a_folder: 'That is a file, not a folder: fetch it as it is.',
  no_such_file: 'No file here goes by that number: /files shows which there are.',
  file_ambiguous: (d) => `Several files begin like that: write more of the number${d['files'] ? `, ${d['files']}` : ''}.`,
  no_such_transfer: 'Nothing like that is on its way: /files shows what is.',
  transfer_ambiguous: (d) => `Several are on their way: say which one${d['transfers'] ? `, ${d['transfers']}` : ''}.`,
  not_yours: 'Only the person who sent a file can take it back: ask them.',
  unknown_file: 'The host does not have this file any more: ask for it to be sent again.',
  file_gone: 'The host does not have this file any more: ask for it to be sent again.',
  file_damaged:
    'What came is not what was sent, and nothing of it was kept: fetch it again, and tell whoever runs the host if it happens again.',
  source_changed: 'The file was changed while it was being sent, so it was not sent: send it again.',
  source_gone: 'The file is no longer where it was: send it again from where it is now.',
  source_unreadable: 'The file cannot be read: check that you may open it, and send it again.',
  pipe_lost: 'The host has lost part of what came from a pipe, which cannot be read twice: send it again.',
  no_such_path: (d) => `There is nothing called ${d['path'] ?? 'that'} here: check how it is written; names with spaces go in quotes.`,
  folder_to_pipe: 'A folder cannot go through a pipe: name a folder for it, with -o FOLDER.',
  target_full: 'There is no room left where the file was to go: free some, or choose another folder, and fetch it again.',
  target_gone: 'What was fetched so far is no longer there: fetch the file again.',
  target_missing: 'This browser lets the page save nothing of this size: use another browser, or the terminal.',
  target_not_writable: 'Nothing can be written where the file was to go: choose another folder and fetch it again.',
  room_storage_full: (d) =>
    `This room has no space left on the host${spaceLeft(d['free'])}: take back files that nobody needs, or send a smaller one.`,
  device_storage_full: (d) =>
    `You have used your share of the space on the host${spaceLeft(d['free'])}: take back files that nobody needs any more.`,
  relay_storage_full: (d) => `The host has no space left for files${spaceLeft(d['free'])}: ask whoever runs it to free some.`,
  wrong_offset: 'The host and this device disagreed about how much had been sent: it goes on by itself.',
  upload_busy: 'The host is still busy with what was sent before: it goes on by itself.',
  ticket_refused: 'The host did not let this device through to the files: it is tried again by itself.',
  cut: 'The transfer broke off: it goes on by itself.',
  folder_damaged: 'The list of what is in this folder is damaged: ask for it to be sent again.',
  folder_too_large: (d) =>
    `That folder has too many files for one (at most ${d['max'] ?? 100_000}): send its parts, or pack it into one file first.`,

  // Files by hand
  blob_damaged:
    'That file is damaged, cut short or not the one that was sent, and nothing of it was kept: take the blob from the host again.',
  blob_unreadable: (d) => `${d['path'] ?? 'That'} cannot be read: check that it is there and that you may open it.`,
  wrong_file_key: 'This key does not open that file: check that the two belong together.',
  not_in_export: (d) => `The export has no file ${d['id'] ?? 'of that id'}: name one of its ids with --file.`,
  export_not_writable: (d) =>
    `Nothing can be written to ${d['path'] ?? 'that file'}, or there is something of that name: choose another one with -o FILE.`,
  nothing_stored: (d) => `${d['path'] ?? 'That folder'} holds nothing of a device: name the right one with --data FOLDER.`,

  // Comparing
  code_unreadable: 'That is no code of Corrillo: let the other one open “Compare” and scan its screen.',
  code_other_room: 'That code is of another room: open the same room on both screens.',
  code_stranger: 'The device of that code is not in this room as you see it: do not go on, and ask who runs the host.',
  code_differs: 'The two screens do not see the same room: somebody may be in between. Do not go on, and tell the others.',

  // This device
  bad_flag: (d) => `That is not how it is started (${d['message'] ?? ''}): --help shows how.`,
  port_busy: (d) =>
    `Port ${d['port'] ?? ''} is in use by another program: close that one, or choose another port, like PORT=5001 npm start.`,
  port_not_allowed: (d) => `This machine does not let you use port ${d['port'] ?? ''}: choose one above 1023, like PORT=5001 npm start.`,
  port_moved: (d) => `Port ${d['wanted'] ?? ''} is in use by another program, so it is ${d['port'] ?? 'another one'} this time.`,
  files_failed: (d) =>
    `The part of Corrillo that keeps files did not start (${d['because'] ?? 'no reason given'}): start again, and tell whoever looks after this machine if it stays so.`,
  files_stopped: (d) =>
    `The part of Corrillo that keeps files stopped and starts again in ${d['seconds'] ?? 'a few'} s: transfers go on by themselves, and the chat is not touched.`,
  open_room_late: 'There is a room already, so --open-room changes nothing: to have an open one, start with another --data folder.',
  address_outside_ca: (d) =>
    `The certificate does not cover ${d['address'] ?? 'one of the addresses'}: whoever comes in by it has to accept a warning.`,
  in_use: 'Corrillo is open in another window on this device: go on there, or close it first.',
  data_in_use: (d) =>
    `${d['path'] ?? 'This data folder'} is in use by another Corrillo: close that one, or name another folder with --data FOLDER.`,
  holder_silent: (d) =>
    `The other Corrillo that uses ${d['path'] ?? 'this data folder'} does not answer: close it, or name another folder with --data FOLDER.`,
  taken_over: 'You went on in another terminal: nothing is lost, and this one ends here.',
  data_damaged: (d) => `${d['path'] ?? 'The data folder'} is damaged: name another one, or restore a copy of the whole folder.`,
  data_too_new: (d) => `A newer version wrote what is stored ${d['path'] ? `in ${d['path']}` : 'here'}: update Corrillo.`,
  data_not_writable: (d) => `${d['path'] ?? 'The data folder'} cannot be written to: change its permissions or name another one.`,
  storage_failed: 'It could not be saved: free some space and try again.',
  no_secure_context: (d) =>
    d['url']
      ? `This address is not protected: open ${d['url']} instead.`
      : 'This address is not protected: open it with https:// in front.',
  internal: (d) => `Something went wrong that should not have (${d['code'] ?? 'internal'}): reload and try again.`,
} satisfies Record<ErrorCode | 'internal', Sentence> & Record<string, Sentence>;

/** What would still fit, where the host says it. */
function spaceLeft(free: string | number | undefined): string {
  return typeof free === 'number' ? ` (${Math.floor(free / 1_000_000)} MB are left)` : '';
}
