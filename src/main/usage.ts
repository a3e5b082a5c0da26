/** What `--help` prints. */
export function usage(language: 'en' | 'es'): string {
  return language === 'es' ? SPANISH : ENGLISH;
}

const ENGLISH = `corrillo            host a chat for the people on this network (the same as: corrillo serve)
corrillo chat       take part from this terminal
corrillo firewall   print the commands that let others through the firewall, with the port flags of serve

serve  --port 5000 --chat-port 9009 --files-port 9010 --media-port 9020 --data DIR --no-open --no-announce --json
       --open-room (the first room is open to everybody on this network)
       --host-name NAME (another name of this machine) --proxy ADDRESS (whose X-Forwarded-For is believed); both as often as needed
chat   --name YOU --host HOST[:PORT] --invite-file FILE --data DIR --history N --plain --json --json-input --flush-timeout SECONDS
       --open-room (found an open room: whoever is on this network comes in) --take-over (go on here where another terminal is open)
       The invitation comes by prompt, by --invite-file (- is standard input) or by CORRILLO_INVITE.

corrillo --version
`;

const SPANISH = `corrillo            abre un chat para quienes están en esta red (lo mismo que: corrillo serve)
corrillo chat       participa desde este terminal
corrillo firewall   muestra las órdenes que dejan pasar a los demás por el cortafuegos, con los puertos de serve

serve  --port 5000 --chat-port 9009 --files-port 9010 --media-port 9020 --data CARPETA --no-open --no-announce --json
       --open-room (la primera sala está abierta a cualquiera de esta red)
       --host-name NOMBRE (otro nombre de este equipo) --proxy DIRECCIÓN (cuyo X-Forwarded-For se cree); ambos cuantas veces haga falta
chat   --name TÚ --host EQUIPO[:PUERTO] --invite-file ARCHIVO --data CARPETA --history N --plain --json --json-input --flush-timeout SEGUNDOS
       --open-room (abre una sala abierta: entra quien esté en esta red) --take-over (seguir aquí donde hay otro terminal abierto)
       La invitación llega al preguntarla, por --invite-file (- es la entrada estándar) o por CORRILLO_INVITE.

corrillo --version
`;
