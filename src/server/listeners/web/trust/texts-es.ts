import type { TrustTexts } from './texts.ts';

export const SPANISH: TrustTexts = {
  language: 'es',
  other: { language: 'en', name: 'English' },
  title: 'Sin más avisos',
  lead: 'La máquina que aloja este chat hizo ella misma su certificado, y por eso los navegadores no lo conocen. Enséñaselo a este dispositivo, una sola vez, y dejarán de avisar. Solo puede responder por nombres locales y direcciones privadas: nadie puede usarlo para hacerse pasar por tu banco.',
  check: {
    looking: 'Comprobando si este navegador se fía …',
    trusted: 'Este navegador se fía de este anfitrión. No queda nada por hacer.',
    untrusted: 'Este navegador aún no se fía. Tres pasos lo arreglan.',
    unknown: 'No se ha podido comprobar: no hay respuesta. ¿Hay un cortafuegos por medio?',
    noScript:
      'Sin JavaScript esta página no puede comprobar si ha funcionado. Si en una ventana nueva no sale ningún aviso, ha funcionado.',
    again: 'Comprobar otra vez',
    home: 'Abrir el chat',
  },
  get: 'Consigue el certificado',
  download: 'Descargar',
  compare: 'Compáralo',
  compareWhy:
    'Estas palabras están también en el terminal del anfitrión, donde se puso en marcha. Si allí son otras, hay alguien entre tú y el anfitrión: no instales nada y díselo a quien lo lleva. Si tu sistema enseña una huella SHA-256, tiene que ser esta.',
  words: 'Palabras del certificado',
  fingerprint: 'SHA-256',
  install: 'Instálalo',
  installLead: 'Elige tu sistema. Los menús se llaman de forma un poco distinta según la versión.',
  after: 'Cierra el navegador, todas sus ventanas, y vuelve a abrirlo.',
  takeBack: 'Para deshacerlo, borra «{ca}» en el mismo sitio.',
  platforms: [
    {
      id: 'windows',
      name: 'Windows',
      steps: [
        'Abre el archivo descargado `corrillo-ca.crt` y elige «Instalar certificado…».',
        'Deja «Usuario actual» y sigue con «Siguiente».',
        'Elige «Colocar todos los certificados en el siguiente almacén», después «Examinar…» y «Entidades de certificación raíz de confianza».',
        'Termina y responde «Sí» a la advertencia de seguridad. Chrome y Edge ya lo conocen; Firefox también, al reiniciarlo.',
      ],
      drawings: [
        {
          shape: 'window',
          title: 'Certificado',
          items: [
            { kind: 'text', text: 'Enviado a: {ca}' },
            { kind: 'text', text: 'Este certificado no es de confianza.' },
            { kind: 'buttons', text: 'Instalar certificado…', here: true },
          ],
        },
        {
          shape: 'window',
          title: 'Asistente para importar certificados',
          items: [
            { kind: 'radio', text: 'Seleccionar el almacén automáticamente' },
            { kind: 'radio', text: 'Colocar todos en este almacén:', on: true, here: true },
            { kind: 'field', text: 'Entidades de certificación raíz …' },
            { kind: 'buttons', text: 'Siguiente' },
          ],
        },
      ],
    },
    {
      id: 'macos',
      name: 'macOS',
      steps: [
        'Abre el archivo descargado. Acceso a Llaveros pregunta dónde: elige «inicio de sesión» y «Añadir».',
        'En Acceso a Llaveros, en «inicio de sesión» y «Certificados», abre «{ca}» con doble clic.',
        'Despliega «Confiar» y en «Al utilizar este certificado» elige «Confiar siempre».',
        'Cierra la ventana y confirma con tu contraseña. Safari y Chrome ya lo conocen; Firefox también, al reiniciarlo.',
      ],
      drawings: [
        {
          shape: 'window',
          title: '{ca}',
          items: [
            { kind: 'text', text: '▾ Confiar' },
            { kind: 'text', text: 'Al utilizar este certificado:' },
            { kind: 'field', text: 'Confiar siempre', here: true },
          ],
        },
      ],
    },
    {
      id: 'ios',
      name: 'iPhone, iPad',
      steps: [
        'Abre esta página en Safari, toca «Descargar» aquí arriba y después «Permitir».',
        'Abre Ajustes, toca «Perfil descargado» arriba del todo, después «Instalar», y escribe tu código.',
        'También en Ajustes: «General», «Información» y, al final del todo, «Ajustes de certificados de confianza».',
        'Activa «{ca}» y confirma con «Continuar». Sin este último paso no cambia nada.',
      ],
      drawings: [
        {
          shape: 'phone',
          title: 'Ajustes',
          items: [
            { kind: 'row', text: 'Perfil descargado', here: true },
            { kind: 'row', text: 'Wi-Fi' },
            { kind: 'row', text: 'General' },
          ],
        },
        {
          shape: 'phone',
          title: 'Certificados de confianza',
          items: [
            { kind: 'text', text: 'Confianza total en certificados' },
            { kind: 'switch', text: '{ca}', on: true, here: true },
          ],
        },
      ],
    },
    {
      id: 'android',
      name: 'Android',
      steps: [
        'Toca «Descargar» aquí arriba.',
        'Abre Ajustes y busca «certificado CA». Está en «Seguridad», «Más ajustes de seguridad», «Cifrado y credenciales», «Instalar un certificado».',
        'Elige «Certificado de CA» y después «Instalar de todas formas»: el aviso habla de certificados que responden por cualquiera, y este no puede.',
        'Elige `corrillo-ca.crt` entre las descargas. Chrome ya lo conoce; Firefox en Android no lo admite.',
      ],
      drawings: [
        {
          shape: 'phone',
          title: 'Instalar un certificado',
          items: [
            { kind: 'row', text: 'Certificado de CA', here: true },
            { kind: 'row', text: 'Certificado de VPN y apps' },
            { kind: 'row', text: 'Certificado de Wi-Fi' },
          ],
        },
        {
          shape: 'phone',
          title: 'Tus datos no serán privados',
          items: [
            { kind: 'text', text: 'Los sitios web, las apps y las VPN …' },
            { kind: 'buttons', text: 'Instalar de todas formas', here: true },
          ],
        },
      ],
    },
    {
      id: 'linux',
      name: 'Linux: Chrome, Chromium, Edge',
      steps: [
        'Abre `chrome://certificate-manager` y «Instalados por ti». En versiones anteriores: Configuración, «Privacidad y seguridad», «Seguridad», «Gestionar certificados», «Entidades emisoras».',
        'Junto a «Certificados de confianza» elige «Importar» y el archivo descargado; si pregunta, confía en él para identificar sitios web.',
        'O en un terminal (paquete `libnss3-tools`): `certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n corrillo -i corrillo-ca.crt`',
      ],
      drawings: [
        {
          shape: 'window',
          title: 'Gestor de certificados',
          items: [
            { kind: 'row', text: 'Certificados locales › Instalados por ti' },
            { kind: 'text', text: 'Certificados de confianza' },
            { kind: 'buttons', text: 'Importar', here: true },
          ],
        },
      ],
    },
    {
      id: 'firefox',
      name: 'Firefox',
      steps: [
        'En Windows y macOS Firefox se fía de lo que se fía el sistema: sigue los pasos de tu sistema.',
        'En Linux abre Ajustes, «Privacidad y seguridad», al final «Ver certificados…», «Autoridades», «Importar…» y elige el archivo descargado.',
        'Marca «Confiar en esta CA para identificar sitios web» y acepta.',
      ],
      drawings: [
        {
          shape: 'window',
          title: 'Descargando certificado',
          items: [
            { kind: 'text', text: '¿Quiere confiar en «{ca}»?' },
            { kind: 'check', text: 'Confiar para identificar sitios web.', on: true, here: true },
            { kind: 'check', text: 'Confiar para identificar correos.' },
            { kind: 'buttons', text: 'Aceptar' },
          ],
        },
      ],
    },
  ],
};
