import type { terminal as english } from '../en/terminal.ts';

export const terminal: typeof english = {
  connecting: 'Conectando …',
  connected: 'Hay conexión.',
  offline: (why) => `Sin conexión: ${why}`,
  ready: (title, people) =>
    `Estás dentro${title === '' ? '' : ` de «${title}»`}. ${people === 1 ? 'Aún no hay nadie más: /invitar muestra un enlace.' : `${people} personas.`}`,
  words: (words) => `Palabras de esta sala: ${words}`,
  helpHint: '/ayuda muestra lo que puedes hacer.',
  askInvite: 'Enlace de la invitación: ',
  askName: 'Tu nombre: ',
  joined: (name) => `${name} ha entrado.`,
  left: (name) => `${name} se ha ido.`,
  removed: (name, by) => `${by} ha expulsado a ${name}.`,
  youRemoved: (by) => `${by} te ha expulsado.`,
  youLeft: 'Has dejado la sala.',
  renamed: (before, name) => `${before} ahora es ${name}.`,
  linkChanged: 'El enlace de la sala ha cambiado. Los anteriores ya no sirven.',
  missing: (count) => (count === 1 ? 'Un mensaje no llegó nunca.' : `${count} mensajes no llegaron nunca.`),
  unreadable: (name) => `Algo de ${name} no se puede mostrar.`,
  someone: 'alguien',
  you: 'tú',
  here: 'aquí',
  away: 'fuera',
  invite: 'Quien tenga este enlace puede entrar:',
  flushing: (count) =>
    `${count === 1 ? 'Queda una línea' : `Quedan ${count} líneas`} por enviar. Se espera al anfitrión; otro Ctrl-C sale ya, sin perder nada.`,
  unsent: (count) =>
    count === 1 ? 'Una línea aún no ha salido; saldrá la próxima vez.' : `${count} líneas aún no han salido; saldrán la próxima vez.`,
  sending: 'enviando …',
  commands: {
    help: 'esta lista',
    who: 'quién está en la sala',
    nick: 'NOMBRE: cambia tu nombre',
    me: 'TEXTO: di lo que haces',
    invite: 'enlace y QR para quien llega',
    remove: 'NOMBRE: expulsa a alguien; el enlace cambia',
    devices: 'dispositivos de los miembros',
    leave: 'deja la sala para siempre',
    quit: 'cierra; la sala sigue siendo tuya',
  },
};
