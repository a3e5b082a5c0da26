import type { callErrors as english } from '../en/call-errors.ts';
import type { Sentence } from '../sentence.ts';

/** Lo que puede fallar en las llamadas. */
export const callErrors: Record<keyof typeof english, Sentence> = {
  no_calls: 'Este anfitrión no lleva llamadas ahora: pregunta a quien lo atiende si se pudo abrir su puerto de medios (9020).',
  call_full: 'En la llamada hay tanta gente como cabe: espera a que alguien salga.',
  too_many_calls: 'Este dispositivo está en varias llamadas, o entró demasiadas veces: sal de una, o espera unos segundos.',
  bad_offer: 'Este programa y el anfitrión no se ponen de acuerdo en cómo llamar: actualiza los dos, o recarga la página.',
  not_in_call: 'No estás en la llamada: entra primero.',
  calls_unsupported: (d) =>
    d['because'] === 'platform'
      ? 'Este programa no puede entrar en llamadas: abre la sala en un navegador, o en una terminal.'
      : `Este navegador no puede sellar llamadas (${d['because'] ?? 'sin motivo'}), así que no puede entrar en ellas: actualízalo, o usa otro.`,
  call_unreachable:
    'El chat llega al anfitrión y las llamadas no: su cortafuegos tiene que dejar pasar el puerto 9020 (UDP, o TCP), y «corrillo firewall» ayuda con eso; se vuelve a intentar solo.',
  call_refused: 'Quien contestó por la llamada no es el anfitrión de esta sala: no se te conectó. Pregunta a quien lo atiende.',
  call_lost: 'La parte del anfitrión que lleva las llamadas se paró: la llamada vuelve sola.',
  call_silent: 'No llegó nada de este dispositivo durante un rato, así que quedó fuera de la llamada: vuelve a entrar solo.',
  call_replaced: 'Entraste en esta llamada desde otra ventana: sigue allí.',
  call_unsealed:
    'Este navegador envió, o habría enviado, sonido e imagen sin sellar, así que no se dejó salir nada real: recarga la página, y usa otro navegador si sigue igual.',
  unknown_call_word: (d) => `No existe «/llamada ${d['word'] ?? ''}»: ¿querías decir «/llamada ${d['nearest'] ?? 'iniciar'}»?`,
  camera_denied: 'Aquí no se permite usar la cámara: permítela para esta página (el icono junto a la dirección) y vuelve a encenderla.',
  camera_busy: 'Otro programa tiene la cámara: ciérrala allí y vuelve a encenderla.',
  no_camera: 'No se encontró ninguna cámara: conecta una y enciéndela. Puedes ver y oír a los demás igualmente.',
  microphone_denied:
    'Aquí no se permite usar el micrófono: permítelo para esta página (el icono junto a la dirección) y vuelve a encenderlo.',
  microphone_busy: 'Otro programa tiene el micrófono: ciérralo allí y vuelve a encenderlo.',
  no_microphone: 'No se encontró ningún micrófono: conecta uno y enciéndelo. Puedes ver y oír a los demás igualmente.',
  screen_denied: 'La pantalla no se compartió: elige qué compartir, y permítelo (en un Mac, en sus ajustes de privacidad).',
  no_screen: 'Desde aquí no se puede compartir la pantalla: usa un navegador en un ordenador.',
  no_display:
    'Desde aquí no se puede capturar ninguna pantalla: abre el terminal dentro de tu sesión de escritorio (en Linux ffmpeg necesita X y DISPLAY), o compártela desde un navegador, que también puede con Wayland.',
  no_window:
    'Aquí no se puede abrir una ventana (hace falta una pantalla, y mpv o ffplay): quita --pictures para ver a los demás en el propio terminal.',
  no_ffmpeg:
    'La cámara, el micrófono y la pantalla de un terminal necesitan ffmpeg, que no está: instálalo («apt install ffmpeg», «brew install ffmpeg», «winget install ffmpeg»), o entra desde un navegador.',
  source_gone_in_call: (d) =>
    `${d['source'] === 'camera' ? 'La cámara' : d['source'] === 'microphone' ? 'El micrófono' : 'La pantalla'} desapareció: vuelve a encenderlo cuando esté.`,
  media_stopped: (d) =>
    `La parte de Corrillo que lleva las llamadas se paró y vuelve a empezar en ${d['seconds'] ?? 'unos'} s: las llamadas vuelven solas, y el chat no se toca.`,
  media_failed: (d) =>
    `No se pudieron poner en marcha las llamadas (${d['port'] === undefined ? (d['because'] ?? 'sin motivo') : `el puerto ${d['port']} ${d['because'] === 'port_busy' ? 'está ocupado' : 'no se puede abrir'}`}): el chat funciona sin ellas. Elige otro puerto con --media-port.`,
};
