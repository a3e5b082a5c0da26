import type { CommandName } from '../../commands/command.ts';

/** What each command does: what has to be typed after it, and a few words. */
export const commands: Record<CommandName, string> = {
  help: 'esta lista',
  who: 'quién está en la sala',
  nick: 'NOMBRE: cambia tu nombre',
  me: 'TEXTO: di lo que haces',
  invite: 'enlace y QR para quien llega',
  admit: 'NOMBRE: deja entrar a quien está a la puerta',
  deny: 'NOMBRE: no le deja entrar',
  msg: 'NOMBRE [TEXTO]: escribe a una sola persona',
  rooms: 'tus salas aquí',
  room: 'NOMBRE: ve a otra sala',
  verify: '[NOMBRE [sí]]: palabras para comparar quién es quién',
  remove: 'NOMBRE: expulsa a alguien; el enlace cambia',
  devices: 'dispositivos de los miembros',
  upload: 'RUTA: enviar un archivo o una carpeta',
  download: 'ARCHIVO [CARPETA]: descargar un archivo de la sala',
  files: 'archivos de la sala y lo que está en camino',
  pause: '[ARCHIVO]: detener un rato un envío o una descarga',
  resume: '[ARCHIVO]: seguir con ello',
  cancel: '[ARCHIVO]: abandonarlo; no queda nada',
  delete: 'ARCHIVO: retirar un archivo tuyo, para todos',
  call: '[iniciar, colgar, silencio, vídeo, compartir, quién o mano]: la llamada de la sala',
  leave: 'deja la sala para siempre',
  quit: 'cierra; la sala sigue siendo tuya',
};
