import type { relay as english } from '../en/relay.ts';

export const relay: typeof english = {
  founder: 'Abre este enlace, o escanéalo, para empezar. Sirve una vez:',
  orTerminal: 'o bien, en un terminal de este equipo:',
  you: 'TÚ',
  address: 'Corrillo está en',
  askMember: 'Quien esté en una sala puede invitar: el botón en la página, /invitar en el terminal.',
  words: 'Palabras de este servidor:',
  founded: 'La primera sala está abierta. Desde ahora invitan sus miembros.',
  stopped: 'Detenido.',
  oldNode: 'Este Node.js ya no recibe correcciones: Corrillo funciona con él, pero uno más nuevo es más seguro (https://nodejs.org).',
};
