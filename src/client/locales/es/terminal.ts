import type { terminal as english } from '../en/terminal.ts';
import { commands } from './commands.ts';
import { terminalCalls } from './terminal-calls.ts';

export const terminal: typeof english = {
  connecting: 'Conectando …',
  connected: 'Hay conexión.',
  offline: (why) => `Sin conexión: ${why}`,
  ready: (title, people) =>
    `Estás dentro${title === '' ? '' : ` de «${title}»`}. ${people === 1 ? 'Aún no hay nadie más: /invitar muestra un enlace.' : `${people} personas.`}`,
  words: (words) => `Palabras de esta sala: ${words}`,
  helpHint: '/ayuda muestra lo que puedes hacer.',
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

  // Entrar
  askWhere: 'Enlace de la invitación, o dirección del anfitrión: ',
  relaysHere: 'Anfitriones de esta red, con las palabras que cada uno muestra en su pantalla:',
  chooseRelay: (count) =>
    count === 1
      ? 'Intro para ir ahí, o un enlace u otra dirección: '
      : `Número del 1 al ${count}, enlace de la invitación o dirección del anfitrión: `,
  waiting: (host) => `Esperas a la puerta de ${host}. Alguien de dentro tiene que dejarte entrar.`,
  waitingWords: (words) => `Tus palabras: ${words}. Quien te deje entrar ve las mismas. Con Ctrl-C te vas.`,
  opening: 'Un momento …',

  // A la puerta de una sala
  knock: (name, words) => `${name} está a la puerta. Palabras: ${words}.`,
  knockHow: (name) => `/admitir ${name} le deja entrar, /rechazar ${name} no.`,
  knockGone: (name) => `${name} ya no está a la puerta.`,
  moreKnocks: (count) => (count === 1 ? 'Hay una persona más a la puerta.' : `Hay ${count} personas más a la puerta.`),
  joinedOpen: (name) => `${name} ha entrado por la dirección.`,
  admitted: (name, by) => `${name} ha entrado: ${by} abrió la puerta.`,

  // A mano
  exportWarning:
    'Lo que sigue es la sala sin cifrar, con las claves de sus archivos: quien lo tenga puede leerlo todo, así que guárdalo para ti.',
  exportOthers: 'Esta es la primera de estas salas; --room NÚMERO elige otra:',
  decrypted: (path: string) => `Abierto y completo: ${path}`,
  decryptedUnpinned: 'Pudo cifrarlo cualquiera que tuviera la clave: con --hash o --export se compara además con lo que envió su autor.',

  // Salas
  openRoom: 'sala abierta',
  direct: (name) => `con ${name}`,
  untitled: 'Sala',
  rooms: 'Salas',
  people: 'Personas',
  opened: (name) => `Puedes escribir a ${name} en privado: /sala ${name} te lleva allí.`,
  nowIn: (room) => `Estás hablando en: ${room}`,
  unread: (count) => `${count} sin leer`,
  roomOver: 'terminada',

  // Comparar
  ownWords: (words) => `Tus palabras: ${words}`,
  theirWords: (name, words) => `Palabras de ${name}: ${words}`,
  compareHow: (name) => `Si ${name} lee las mismas: /verificar ${name} sí`,
  compareScan: 'O que la otra persona escanee esto con «Comparar»:',
  verified: (name) => `${name} queda verificado en este dispositivo.`,
  verifiedMark: 'verificado',
  founderMark: 'abrió la sala',
  removerMark: 'puede expulsar',

  // Archivos
  fileSent: (name, file, size, id) => `${name} ha enviado ${file} (${size}) · /descargar ${id}`,
  folderSent: (name, folder, files, size, id) =>
    `${name} ha enviado la carpeta ${folder} (${files === '1' ? '1 archivo' : `${files} archivos`}, ${size}) · /descargar ${id}`,
  takenBack: (name) => `${name} ha retirado un archivo.`,
  downloaded: (file, path) => `${file} ya está aquí: ${path}`,
  transferFailed: (file, why) => `${file}: ${why}`,
  transferWaits: (file, why) => `${file} está en espera: ${why}`,
  transferStates: {
    waiting: 'en espera',
    running: '',
    paused: 'en pausa: /reanudar lo retoma',
    absent: 'interrumpido: /cancelar lo abandona',
    finishing: 'casi listo',
    done: 'listo',
    failed: 'ha fallado',
    cancelled: 'abandonado',
  },
  timeLeft: (time) => `faltan ${time}`,
  moreTransfers: (count) => `y ${count} más en camino: /archivos`,
  noFiles: 'Aún no hay archivos aquí: /subir RUTA envía uno.',
  leftOut: (folder, count) =>
    count === 1
      ? `Un enlace o archivo especial de ${folder} no se envía.`
      : `${count} enlaces o archivos especiales de ${folder} no se envían.`,
  transfersGoOn: (count) =>
    count === 1
      ? 'Un archivo sigue en camino; continúa la próxima vez que abras.'
      : `${count} archivos siguen en camino; continúan la próxima vez que abras.`,
  againGoesOn: 'Interrumpido. La misma orden otra vez sigue desde ahí.',
  pipeInterrupted: 'Interrumpido. Lo que venía por una tubería no se puede retomar.',
  useUpload: 'Está abierto en otro terminal o ventana: escribe allí /subir.',
  useDownload: 'Está abierto en otro terminal o ventana: escribe allí /descargar.',

  // Otro terminal
  takeOver: (pid, terminal, since) =>
    `Corrillo ya está abierto con estos datos${terminal === '' ? '' : ` en ${terminal}`} (proceso ${pid}, desde las ${since}). ¿Seguir aquí? [s/N] `,
  takeOverUnknown: 'Corrillo ya está abierto con estos datos. ¿Seguir aquí? [s/N] ',
  yes: 's si sí y yes',

  // La pantalla completa
  newBelow: (count) => (count === 1 ? '1 nuevo abajo' : `${count} nuevos abajo`),
  newMark: 'nuevo',
  beginning: 'Aquí empieza la conversación para ti.',
  loading: 'Buscando líneas anteriores …',
  retryIn: (seconds) => `nuevo intento en ${seconds} s`,
  retrying: 'nuevo intento',
  offlineShort: 'Sin conexión',
  connectedShort: 'Hay conexión',
  peopleHere: (count) => `${count} aquí`,
  keys: 'Tab completa · RePág/AvPág historial · /ayuda',
  alone: 'Aún no hay nadie más: /invitar muestra un enlace.',
  moreMatches: (count) => `y ${count} más`,
  noMatch: 'Nada encaja.',
  tooLong: 'Es más de lo que cabe en un mensaje.',
  roomKeys: 'Ctrl-N sala siguiente',
  pendingMore: (count) => (count === 1 ? 'una línea más está en camino' : `${count} líneas más están en camino`),
  qrTooBig: 'Agranda la ventana para ver esto como código QR.',

  calls: terminalCalls,
  commands,
};
