import { lasted } from './durations.ts';
import type { calls as english } from '../en/web-calls.ts';

/** Lo que dice la página sobre las llamadas. */
export const calls: typeof english = {
  // Empezar y entrar
  call: 'Llamar',
  callBack: 'Volver a la llamada',
  callOn: 'Llamada',
  callWith: (names) => `Llamada: ${names}`,
  callMinutes: lasted,
  callJoin: 'Entrar',
  callJoining: 'Entrando…',
  callBegin: 'Llamar a todos',
  callMore: (names, more) => `${names} y ${more} más`,
  callRings: (name) => `${name} te llama`,
  callRingsIn: (room) => `en ${room}`,
  callNotNow: 'Ahora no',

  // Antes
  callTitle: (room) => `Llamada en ${room}`,
  callTitleTwo: (name) => `Llamada con ${name}`,
  callNobody: 'Todavía no hay nadie: a los demás les suena.',
  callInside: (names, many) => (many ? `${names} ya están dentro.` : `${names} ya está dentro.`),
  callLeavesOther: (room) => `Con esto sales de la llamada en ${room}.`,
  callPreview: 'Tu imagen',
  callCameraOff: 'Tu cámara está apagada',
  callOpening: 'Pidiendo permiso…',
  callListenOnly: 'Entras para escuchar y ver.',
  callLevel: 'Cómo de fuerte suena tu micrófono',

  // Dispositivos
  callDevices: 'Cámara, micrófono, altavoz',
  callCamera: 'Cámara',
  callMicrophone: 'Micrófono',
  callSpeaker: 'Altavoz',
  callDevice: (what, number) => `${what} ${number}`,
  callDeviceNone: 'No se encontró ninguno',
  callBlur: 'Desenfocar lo que hay detrás de mí',

  // Dentro
  callStage: 'Llamada',
  callPeople: 'En la llamada',
  callControls: 'Mandos de la llamada',
  callMicrophoneOn: (keys) => `El micrófono está encendido: apágalo (${keys})`,
  callMicrophoneOff: (keys) => `El micrófono está apagado: enciéndelo (${keys})`,
  callCameraIsOn: (keys) => `La cámara está encendida: apágala (${keys})`,
  callCameraIsOff: (keys) => `La cámara está apagada: enciéndela (${keys})`,
  callScreen: 'Compartir la pantalla',
  callScreenStop: 'Dejar de compartir',
  callScreenOwn: 'Estás compartiendo tu pantalla',
  callScreenOf: (name) => `Pantalla de ${name}`,
  callHand: 'Levantar la mano',
  callHandDown: 'Bajar la mano',
  callGrid: 'Todos por igual',
  callLarge: 'En grande quien habla',
  callTalk: 'Conversación',
  callTalkNew: (count) => (count === 1 ? 'Conversación, 1 nuevo' : `Conversación, ${count} nuevos`),
  callOptions: 'Más sobre la llamada',
  callPicture: 'Imagen sobre imagen',
  callPictureEnd: 'Terminar la imagen sobre imagen',
  callLeave: 'Salir de la llamada',
  callPin: (name) => `Ver en grande: ${name}`,
  callOthers: (count) => `y ${count} más`,
  callAlone: 'Aquí solo estás tú.',
  callAloneText: 'Los demás ven que hay una llamada, y pueden entrar cuando quieran.',
  callConnecting: 'conectando…',
  callMuted: 'micrófono apagado',
  callHandUp: 'mano levantada',
  callSpeaks: 'está hablando',
  callSoundOn: 'Activar el sonido',
  callSoundText: 'El navegador no reproduce nada hasta que tocas la página.',

  // Fallos
  callWaiting: 'Volviendo…',
  callUnsealedTitle: 'Alto: esto no iba sellado',
  callReload: 'Recargar la página',

  // El sello
  callSealed: 'Sellada',
  callSealedTitle: 'Sellada de extremo a extremo',
  callSealedText:
    'El sonido y la imagen se sellan en tu dispositivo y se abren en el suyo. El anfitrión los pasa y no puede ni oírlos ni verlos.',
  callWords: 'Las cinco palabras',
  callWordsText: 'Leedlas en voz alta: quien ve las mismas cinco te oye y te ve, sin nadie en medio. Si allí hay otras, sal de la llamada.',

  // Respuestas
  callNone: 'Aquí no hay ninguna llamada.',
  callHeard: 'micrófono encendido',
  callSeen: 'cámara encendida',
  callSharing: 'comparte pantalla',

  // En voz alta
  callJoined: (names) => `${names}: ahora en la llamada`,
  callLeft: (names) => `${names}: fuera de la llamada`,
  callRaised: (names) => `${names}: mano levantada`,
  callShares: (names) => `${names}: comparte pantalla`,
  callUnshares: (names) => `${names}: ya no comparte`,

  // En la conversación
  callBegun: (name) => `${name} ha empezado una llamada`,
  callBegunYou: 'Has empezado una llamada',
  callOver: 'La llamada ha terminado',
  callOverAfter: (time) => `La llamada ha terminado · ${time}`,
};
