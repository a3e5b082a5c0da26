/** What the relay says on its own terminal. */
export const relay = {
  founder: 'Open this link, or scan it, to begin. It works once:',
  orTerminal: 'or, in a terminal on this machine:',
  you: 'YOU',
  address: 'Corrillo is at',
  askMember: 'Whoever is in a room can invite others: the button in the page, /invite in the terminal.',
  words: 'Words of this relay:',
  founded: 'The first room is open. From here on its members invite.',
  stopped: 'Stopped.',
  oldNode: 'This Node.js no longer gets fixes: Corrillo runs on it, but a newer one is safer (https://nodejs.org).',
};
