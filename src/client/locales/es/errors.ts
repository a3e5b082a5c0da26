import type { errors as english } from '../en/errors.ts';
import type { Sentence } from '../sentence.ts';
import { callErrors } from './call-errors.ts';

/** Para cada código una frase: qué ha pasado y qué hacer ahora. */
export const errors: Record<keyof typeof english, Sentence> = {
  ...callErrors,

  // Conectar
  refused:
    'Ahí no responde nadie (conexión rechazada, connection refused, ECONNREFUSED, error 10061): comprueba que Corrillo esté en marcha en el anfitrión, la dirección y el puerto; se vuelve a intentar solo.',
  no_route:
    'No se llega al anfitrión (no hay ruta hasta el host, EHOSTUNREACH, error 10065): comprueba que estés en la misma red y que Corrillo esté en marcha; se vuelve a intentar solo.',
  isolated:
    'El anfitrión está en tu red y no responde (tiempo de espera agotado, ETIMEDOUT, error 10060): puede estar apagado, su cortafuegos cerrado («corrillo firewall» ayuda), o la red separa a los dispositivos (aislamiento de clientes, AP isolation, Wi-Fi de invitados); se vuelve a intentar solo.',
  other_network:
    'Esa dirección es de una red en la que este dispositivo no está (no hay ruta, tiempo de espera agotado, error 10065): pásate a la Wi-Fi del anfitrión, no a la de invitados, o desconecta la VPN; se vuelve a intentar solo.',
  no_relay_found:
    'No se ha encontrado ningún anfitrión en esta red: comprueba que Corrillo esté en marcha allí y que la red sea la misma, o da su dirección, como --host 192.168.1.20.',
  no_network:
    'Este dispositivo no está en ninguna red (la red es inaccesible, ENETUNREACH, error 10051): conéctalo a la misma red que el anfitrión.',
  blocked_here:
    'Este dispositivo no deja salir a Corrillo (permiso denegado, EACCES, error 10013): permítelo en su propio cortafuegos o antivirus; se vuelve a intentar solo.',
  lost: 'Se ha cortado la conexión con el anfitrión: se rehace sola.',
  unknown_host:
    'Aquí nadie tiene ese nombre (host no encontrado, ENOTFOUND, error 11001): comprueba cómo se escribe o usa la dirección del anfitrión, como 192.168.1.20.',
  not_corrillo:
    'Ahí responde algo que no es Corrillo: comprueba la dirección y el puerto (9009 en el terminal, si el anfitrión no dice otro).',
  timeout:
    'El anfitrión no responde (tiempo de espera agotado, ETIMEDOUT, error 10060): comprueba la red y el cortafuegos del anfitrión; se vuelve a intentar solo.',
  offline: 'Ahora mismo no hay conexión con el anfitrión: se vuelve a intentar solo.',
  wrong_key: (d) =>
    `Este no es el anfitrión para el que se hizo el enlace, o el que conocías en esta dirección (su clave ha cambiado): ${
      d['expected'] && d['found'] ? `sus palabras eran «${d['expected']}» y ahora son «${d['found']}». Pregunta` : 'pregunta'
    } a quien lo lleva si lo ha instalado de nuevo y qué palabras enseña su pantalla; entra con un enlace nuevo si coinciden, y no sigas si nadie ha cambiado nada.`,
  tls_required: (d) =>
    d['url']
      ? `Esta dirección solo funciona con https: abre ${d['url']}`
      : 'Esta dirección solo funciona con https: abre la misma dirección con https:// delante.',
  version_too_old:
    'Este programa es más antiguo de lo que el anfitrión admite (versión demasiado antigua): actualízalo, o recarga la página.',
  version_too_new:
    'El anfitrión es más antiguo de lo que este programa admite (versión demasiado antigua): pide a quien lo lleva que lo actualice.',
  host_refused: 'El anfitrión no se llama así (estado 421): usa su dirección, o que lo arranquen con --host-name NOMBRE.',
  clock_off: (d) =>
    `El reloj de este dispositivo y el del anfitrión se llevan ${d['days'] === 1 ? 'un día' : `${d['days'] ?? 'varios'} días`} (fecha incorrecta, certificado aún no válido o caducado, ERR_CERT_DATE_INVALID): pon en hora el que esté mal.`,
  version_unsupported: 'Este programa y el anfitrión son de épocas demasiado distintas: actualiza el más antiguo.',
  handshake_timeout: 'El anfitrión esperó demasiado a este dispositivo: inténtalo con una conexión mejor.',
  bad_proof: 'El anfitrión no aceptó este dispositivo: entra de nuevo con un enlace reciente.',
  not_ready: 'Aún no: espera a que la sala esté abierta e inténtalo otra vez.',
  shutting_down: 'El anfitrión se está apagando: se vuelve a intentar solo.',
  too_many_connections: 'El anfitrión no admite más visitas: cierra otras ventanas o inténtalo más tarde.',
  too_slow: 'Esta conexión no daba abasto: se rehace sola.',
  bad_frame: 'El anfitrión y este programa no se entienden: actualiza el más antiguo.',
  too_large: 'Eso es demasiado grande para el anfitrión: envía menos de una vez.',

  // Entrar
  bad_invite: 'Eso no es un enlace de Corrillo: copia el enlace entero, desde https hasta el final.',
  not_founder_link: 'Ese enlace abre una sala que ya existe, no una nueva: úsalo para entrar.',
  wrong_token: 'Este enlace ya no sirve: pide uno nuevo a alguien de la sala.',
  wrong_link: 'Este enlace no corresponde a la sala: cópialo otra vez, entero, o pide uno nuevo.',
  invitation_needed: 'Hace falta una invitación: pide el enlace de la sala a alguien que esté dentro.',
  invite_unreadable: (d) =>
    `No se puede leer la invitación${d['path'] ? ` de ${d['path']}` : ''}: comprueba que el archivo exista y que puedas abrirlo.`,
  link_closed: 'El enlace de la sala está cerrado en este momento: pide uno nuevo a alguien de la sala.',
  already_founded: 'La primera sala ya existe: pide una invitación a alguien que esté dentro.',
  unknown_room: 'Esa sala no está aquí, o no estás en ella: pide un enlace nuevo.',
  not_inside: 'No estás en esa sala: entra con un enlace.',
  no_such_room: 'Este dispositivo no está en esa sala: entra con un enlace.',
  ambiguous_room: 'Varias salas se llaman así: usa su número, que /salas muestra.',
  room_full: 'La sala está llena: alguien tiene que salir para que puedas entrar.',
  too_many_rooms: 'Sigues tantas salas como permite el anfitrión: sal de alguna primero.',
  not_founded: 'Aún no hay ninguna sala en este anfitrión: habla con quien lo puso en marcha.',
  knock_closed: 'Ahora mismo no se puede llamar aquí: pide un enlace a alguien de la sala o inténtalo dentro de un momento.',
  knock_refused: 'No te han dejado entrar: habla con alguien de dentro e inténtalo dentro de un minuto.',
  too_many_knocks: 'Hay mucha gente esperando en esta puerta: inténtalo dentro de un momento o pide un enlace.',
  withdrawn: 'Ya no estás esperando: vuelve a llamar cuando quieras.',
  no_such_knock: 'Nadie con ese nombre espera ya en la puerta.',
  peer_left: 'La otra persona dejó esta conversación: elígela otra vez para empezar una nueva.',
  no_package: 'Aún no se puede escribir a esta persona en privado: inténtalo cuando haya vuelto a pasar por aquí.',
  room_taken: 'No ha podido ser: inténtalo otra vez.',
  direct_self: 'No puedes escribirte a ti: elige a otra persona.',
  cannot_open_welcome: 'Alguien te ha escrito con claves que este dispositivo ya no tiene: pídele que empiece de nuevo.',
  busy: 'Ya estás entrando: espera un momento.',

  // Lo que se escribe
  name_required: 'Escribe un nombre para que los demás sepan quién eres.',
  name_too_long: (d) => `Ese nombre es demasiado largo: usa como mucho ${d['max'] ?? 64} caracteres.`,
  text_too_long: 'Ese texto es demasiado largo para un mensaje: envíalo por partes.',
  unknown_command: (d) =>
    d['nearest']
      ? `No existe esa orden. ¿Querías decir ${d['nearest']}? Para enviarla como texto, pon otra / delante.`
      : 'No existe esa orden: /ayuda las enumera. Para enviarla como texto, pon otra / delante.',
  argument_missing: (d) => `Falta algo después de ${d['name'] ?? 'la orden'}: /ayuda enseña cómo se escribe.`,
  ambiguous_name: (d) =>
    d['devices']
      ? `Varias personas se llaman así: escribe uno de sus dispositivos, ${d['devices']}.`
      : 'Varias personas se llaman así: escribe el comienzo del dispositivo.',
  no_such_member: 'Nadie en la sala se llama así: /quien muestra quién está.',
  remove_self: 'No puedes expulsarte: usa /abandonar para irte.',
  bad_input: 'Esa línea no es un objeto JSON con "text" o "command": corrígela y envíala de nuevo.',
  not_allowed: 'Aquí no puedes hacer eso: pídeselo a quien abrió la sala.',

  // La sala
  left: 'Has salido de esta sala: vuelve con un enlace.',
  removed: 'Te han sacado de esta sala: habla con alguien de dentro si quieres volver.',
  stale_epoch: 'La sala ha avanzado: esto se envía de nuevo solo.',
  bad_change: 'El anfitrión no aceptó ese cambio: inténtalo otra vez.',
  future_entry:
    'El anfitrión ha olvidado parte de la conversación: díselo a quien lo lleva y compara con los demás las palabras de la sala.',
  log_changed: 'El anfitrión muestra un pasado distinto al de antes: no sigas y avisa a los demás.',
  outdated: 'Este dispositivo guarda un estado más antiguo que la sala: entra de nuevo con un enlace.',
  withheld: 'El anfitrión ha retenido un mensaje: avisa a los demás y a quien lo lleva.',
  outer_differs: 'Alguien dijo una cosa al anfitrión e hizo otra: ese cambio no se ha aceptado.',
  forbidden: 'Alguien intentó algo que no puede hacer: ese cambio no se ha aceptado.',
  replayed: 'Un mensaje llegó por segunda vez: no se muestra de nuevo.',
  unreadable: 'Este mensaje no se pudo abrir: pide que te lo envíen otra vez.',
  future_epoch: 'Este mensaje llegó demasiado pronto y no se pudo abrir: pide que te lo envíen otra vez.',
  newer_version: 'Esto se escribió con una versión más nueva: actualiza Corrillo para leerlo.',
  bad_content: 'Este mensaje no tiene sentido: pide que te lo envíen otra vez.',
  cannot_open: 'Lo guardado aquí no se puede abrir: borra los datos de este dispositivo y entra de nuevo con un enlace.',

  // Archivos
  files_unavailable: 'Este programa no puede enviar ni descargar archivos: usa la página o el terminal.',
  file_name_bad: 'Un archivo debe tener un nombre de 255 caracteres como mucho: cámbialo y envíalo de nuevo.',
  too_many_transfers: (d) =>
    `No puede haber más de ${d['max'] ?? 10_000} archivos en camino a la vez: espera a algunos o envía una carpeta entera.`,
  folder_too_large: (d) =>
    `Una carpeta puede tener aquí ${d['max'] ?? 100_000} archivos como mucho: envíala por partes o empaquetada en un solo archivo.`,
  folder_damaged: 'La lista de archivos de esta carpeta no tiene sentido: pide que te la envíen otra vez.',
  not_a_folder: 'Eso es un archivo, no una carpeta: descárgalo tal cual.',
  no_such_file: 'Ningún archivo tiene aquí ese número: /archivos muestra cuáles hay.',
  file_ambiguous: (d) => `Varios archivos empiezan así: escribe más cifras${d['files'] ? `, ${d['files']}` : ''}.`,
  no_such_transfer: 'No hay nada así en camino: /archivos muestra lo que hay.',
  transfer_ambiguous: (d) => `Hay varios en camino: di cuál${d['transfers'] ? `, ${d['transfers']}` : ''}.`,
  not_yours: 'Solo puede retirar un archivo quien lo envió: pídeselo.',
  unknown_file: 'El anfitrión ya no tiene este archivo: pide que te lo envíen otra vez.',
  file_gone: 'El anfitrión ya no tiene este archivo: pide que te lo envíen otra vez.',
  file_damaged:
    'Lo que llegó no es lo que se envió y no se ha guardado nada: descárgalo otra vez, y avisa a quien lleva el anfitrión si se repite.',
  source_changed: 'El archivo cambió mientras se enviaba, así que no se ha enviado: envíalo de nuevo.',
  source_gone: 'El archivo ya no está donde estaba: envíalo de nuevo desde donde esté ahora.',
  source_unreadable: 'El archivo no se puede leer: comprueba que puedas abrirlo y envíalo de nuevo.',
  pipe_lost: 'El anfitrión ha perdido una parte de lo que venía de una tubería, que no se puede leer dos veces: envíalo de nuevo.',
  no_such_path: (d) =>
    `Aquí no hay nada que se llame ${d['path'] ?? 'así'}: mira cómo está escrito; los nombres con espacios van entre comillas.`,
  folder_to_pipe: 'Una carpeta no puede pasar por una tubería: di en qué carpeta va, con -o CARPETA.',
  target_full: 'No queda espacio donde iba el archivo: libera algo, o elige otra carpeta, y descárgalo de nuevo.',
  target_gone: 'Lo descargado hasta ahora ya no está: descarga el archivo otra vez.',
  target_missing: 'Este navegador no deja que la página guarde nada de este tamaño: usa otro navegador o la terminal.',
  target_not_writable: 'No se puede escribir donde iba el archivo: elige otra carpeta y descárgalo de nuevo.',
  room_storage_full: (d) =>
    `Esta sala no tiene más espacio en el anfitrión${spaceLeft(d['free'])}: retira archivos que ya no hagan falta o envía uno más pequeño.`,
  device_storage_full: (d) =>
    `Has usado tu parte del espacio en el anfitrión${spaceLeft(d['free'])}: retira archivos que ya no hagan falta.`,
  relay_storage_full: (d) =>
    `El anfitrión no tiene más espacio para archivos${spaceLeft(d['free'])}: pide a quien lo lleva que libere algo.`,
  wrong_offset: 'El anfitrión y este dispositivo no coincidían en cuánto se había enviado: sigue solo.',
  upload_busy: 'El anfitrión aún está ocupado con lo que se envió antes: sigue solo.',
  ticket_refused: 'El anfitrión no ha dejado a este dispositivo llegar a los archivos: se vuelve a intentar solo.',
  cut: 'La transferencia se ha cortado: sigue sola.',

  // Archivos a mano
  blob_damaged:
    'Ese archivo tiene daños, está incompleto o no es el que se envió, y no se ha guardado nada: copia el blob del anfitrión otra vez.',
  blob_unreadable: (d) => `${d['path'] ?? 'Eso'} no se puede leer: comprueba que está ahí y que puedes abrirlo.`,
  wrong_file_key: 'Esta clave no abre ese archivo: comprueba que van juntos.',
  not_in_export: (d) => `En la exportación no está el archivo ${d['id'] ?? 'con ese id'}: indica uno de sus ids con --file.`,
  export_not_writable: (d) =>
    `No se puede escribir en ${d['path'] ?? 'ese archivo'}, o ya hay algo con ese nombre: elige otro con -o ARCHIVO.`,
  nothing_stored: (d) => `En ${d['path'] ?? 'esa carpeta'} no hay nada de un dispositivo: indica la correcta con --data CARPETA.`,

  // Comparar
  code_unreadable: 'Eso no es un código de Corrillo: que la otra persona abra «Comparar» y escanea su pantalla.',
  code_other_room: 'Ese código es de otra sala: abre la misma sala en las dos pantallas.',
  code_stranger: 'El dispositivo de ese código no está en esta sala tal como tú la ves: no sigas y habla con quien lleva el anfitrión.',
  code_differs: 'Las dos pantallas no ven la misma sala: puede haber alguien en medio. No sigas y avisa a los demás.',

  // Este dispositivo
  bad_flag: (d) => `Así no se arranca (${d['message'] ?? ''}): --help enseña cómo.`,
  port_busy: (d) => `Otro programa usa el puerto ${d['port'] ?? ''}: ciérralo o elige otro puerto, por ejemplo PORT=5001 npm start.`,
  port_not_allowed: (d) =>
    `Este equipo no te deja usar el puerto ${d['port'] ?? ''}: elige uno por encima de 1023, por ejemplo PORT=5001 npm start.`,
  port_moved: (d) => `Otro programa usa el puerto ${d['wanted'] ?? ''}, así que esta vez es el ${d['port'] ?? 'siguiente'}.`,
  files_failed: (d) =>
    `La parte de Corrillo que guarda los archivos no arrancó (${d['because'] ?? 'sin motivo conocido'}): ábrelo de nuevo y, si sigue igual, avisa a quien cuida de este equipo.`,
  files_stopped: (d) =>
    `La parte de Corrillo que guarda los archivos se detuvo y arranca de nuevo en ${d['seconds'] ?? 'unos'} s: los envíos siguen solos y el chat no se entera.`,
  open_room_late: 'Ya hay una sala, así que --open-room no cambia nada: para tener una abierta, empieza con otra carpeta en --data.',
  address_outside_ca: (d) =>
    `El certificado no cubre ${d['address'] ?? 'una de las direcciones'}: quien entre por ella tendrá que aceptar un aviso.`,
  in_use: 'Corrillo está abierto en otra ventana de este dispositivo: sigue allí o ciérrala primero.',
  data_in_use: (d) =>
    `Otra copia de Corrillo usa ${d['path'] ?? 'esta carpeta de datos'}: ciérrala o indica otra carpeta con --data CARPETA.`,
  holder_silent: (d) =>
    `El otro Corrillo que usa ${d['path'] ?? 'esta carpeta de datos'} no contesta: ciérralo, o indica otra carpeta con --data CARPETA.`,
  taken_over: 'Has seguido en otro terminal: no se pierde nada, y este termina aquí.',
  data_damaged: (d) => `${d['path'] ?? 'La carpeta de datos'} tiene daños: indica otra, o recupera una copia de la carpeta entera.`,
  data_too_new: (d) => `Una versión más nueva escribió lo que hay guardado ${d['path'] ? `en ${d['path']}` : 'aquí'}: actualiza Corrillo.`,
  data_not_writable: (d) => `No se puede escribir en ${d['path'] ?? 'la carpeta de datos'}: cambia sus permisos o indica otra.`,
  storage_failed: 'No se ha podido guardar: libera espacio e inténtalo de nuevo.',
  no_secure_context: (d) =>
    d['url'] ? `Esta dirección no está protegida: abre ${d['url']}` : 'Esta dirección no está protegida: ábrela con https:// delante.',
  internal: (d) => `Algo ha ido mal y no debería (${d['code'] ?? 'internal'}): recarga e inténtalo de nuevo.`,
};

/** Lo que aún cabría, si el anfitrión lo dice. */
function spaceLeft(free: string | number | undefined): string {
  return typeof free === 'number' ? ` (quedan ${Math.floor(free / 1_000_000)} MB)` : '';
}
