/** What `--help` prints. */
export function usage(language: 'en' | 'es'): string {
  return language === 'es' ? SPANISH : ENGLISH;
}

const ENGLISH = `corrillo            host a chat for the people on this network (the same as: corrillo serve)
corrillo chat       take part from this terminal

serve  --port 5000 --chat-port 9009 --files-port 9010 --media-port 9020 --data DIR --no-open --json
       --host-name NAME (another name of this machine) --proxy ADDRESS (whose X-Forwarded-For is believed); both as often as needed
chat   --name YOU --host HOST[:PORT] --invite-file FILE --data DIR --history N --json --json-input --flush-timeout SECONDS
       The invitation comes by prompt, by --invite-file (- is standard input) or by CORRILLO_INVITE.

corrillo --version
`;

const SPANISH = `corrillo            abre un chat para quienes están en esta red (lo mismo que: corrillo serve)
corrillo chat       participa desde este terminal

serve  --port 5000 --chat-port 9009 --files-port 9010 --media-port 9020 --data CARPETA --no-open --json
       --host-name NOMBRE (otro nombre de este equipo) --proxy DIRECCIÓN (cuyo X-Forwarded-For se cree); ambos cuantas veces haga falta
chat   --name TÚ --host EQUIPO[:PUERTO] --invite-file ARCHIVO --data CARPETA --history N --json --json-input --flush-timeout SEGUNDOS
       La invitación llega al preguntarla, por --invite-file (- es la entrada estándar) o por CORRILLO_INVITE.

corrillo --version
`;
