/** What `--help` prints. */
export function usage(language: 'en' | 'es'): string {
  return language === 'es' ? SPANISH : ENGLISH;
}

const ENGLISH = `corrillo            host a chat for the people on this network (the same as: corrillo serve)
corrillo chat       take part from this terminal
corrillo upload     send files or folders from here, and go
corrillo download   fetch a file of the room, and go
corrillo firewall   print the commands that let others through the firewall, with the port flags of serve
corrillo export     print what this device keeps of a room, as JSON Lines, with what opens its files
corrillo decrypt    open a file as a relay keeps it, by its key alone

serve  --port 5000 --chat-port 9009 --files-port 9010 --media-port 9020 --data DIR --no-open --no-announce --json
       --keep-files 90d|12h|forever --files-max-room 20G --files-max-device 10G --files-reserve 5G (left free on the disk)
       --no-calls --media-workers 1 (processes that forward calls, on as many ports from --media-port on)
       --open-room (the first room is open to everybody on this network)
       --host-name NAME (another name of this machine) --proxy ADDRESS (whose X-Forwarded-For is believed); both as often as needed
chat   --name YOU --host HOST[:PORT] --invite-file FILE --data DIR --history N --plain --json --json-input --flush-timeout SECONDS
       --open-room (found an open room: whoever is on this network comes in) --take-over (go on here where another terminal is open)
       --call (join the room's call, or begin one) --camera test|FILE|DEVICE --microphone none|test|FILE|DEVICE
       --screen test|FILE|DISPLAY (what /call share shows; without it the whole screen)
       --push-to-talk (sound goes out only while you talk: F2 or Ctrl-Space; in plain lines Enter on an empty one)
       --pictures kitty|sixel|blocks|window|none (how others are seen; without it as the terminal can)
       The invitation comes by prompt, by --invite-file (- is standard input) or by CORRILLO_INVITE.
upload   PATH… | - --name NAME   --room NUMBER|NAME --host HOST[:PORT] --data DIR --invite-file FILE (- is standard input)
download ID… -o FILE|DIR|-       --room NUMBER|NAME --host HOST[:PORT] --data DIR --invite-file FILE (- is standard output)
         The same command again goes on where one was interrupted.
export --data DIR --host HOST[:PORT] --room NUMBER|NAME -o FILE
decrypt BLOB --export FILE [--file ID] | --key HEX [--hash HEX] [--folder]   -o FILE (- is standard output)
       BLOB is a file of server_storage/blobs; --export - and --key - read standard input, so that no other user of this machine sees the key

corrillo --version
`;

const SPANISH = `corrillo            abre un chat para quienes están en esta red (lo mismo que: corrillo serve)
corrillo chat       participa desde este terminal
corrillo upload     envía archivos o carpetas desde aquí y termina
corrillo download   descarga un archivo de la sala y termina
corrillo firewall   muestra las órdenes que dejan pasar a los demás por el cortafuegos, con los puertos de serve
corrillo export     muestra lo que este dispositivo guarda de una sala, en JSON Lines, con lo que abre sus archivos
corrillo decrypt    abre un archivo tal como lo guarda un anfitrión, solo con su clave

serve  --port 5000 --chat-port 9009 --files-port 9010 --media-port 9020 --data CARPETA --no-open --no-announce --json
       --keep-files 90d|12h|forever --files-max-room 20G --files-max-device 10G --files-reserve 5G (queda libre en el disco)
       --no-calls --media-workers 1 (procesos que llevan las llamadas, en tantos puertos desde --media-port)
       --open-room (la primera sala está abierta a cualquiera de esta red)
       --host-name NOMBRE (otro nombre de este equipo) --proxy DIRECCIÓN (cuyo X-Forwarded-For se cree); ambos cuantas veces haga falta
chat   --name TÚ --host EQUIPO[:PUERTO] --invite-file ARCHIVO --data CARPETA --history N --plain --json --json-input --flush-timeout SEGUNDOS
       --open-room (abre una sala abierta: entra quien esté en esta red) --take-over (seguir aquí donde hay otro terminal abierto)
       --call (entra en la llamada de la sala, o empieza una) --camera test|ARCHIVO|CÁMARA --microphone none|test|ARCHIVO|MICRÓFONO
       --screen test|ARCHIVO|DISPLAY (lo que muestra /llamada compartir; sin ella, la pantalla entera)
       --push-to-talk (el sonido solo sale mientras hablas: F2 o Ctrl-Espacio; en líneas simples, Intro en una vacía)
       --pictures kitty|sixel|blocks|window|none (cómo se ve a los demás; sin ella, como el terminal pueda)
       La invitación llega al preguntarla, por --invite-file (- es la entrada estándar) o por CORRILLO_INVITE.
upload   RUTA… | - --name NOMBRE  --room NÚMERO|NOMBRE --host EQUIPO[:PUERTO] --data CARPETA --invite-file ARCHIVO (- es la entrada estándar)
download ID… -o ARCHIVO|CARPETA|- --room NÚMERO|NOMBRE --host EQUIPO[:PUERTO] --data CARPETA --invite-file ARCHIVO (- es la salida estándar)
         La misma orden otra vez sigue donde se interrumpió.
export --data CARPETA --host EQUIPO[:PUERTO] --room NÚMERO|NOMBRE -o ARCHIVO
decrypt BLOB --export ARCHIVO [--file ID] | --key HEX [--hash HEX] [--folder]   -o ARCHIVO (- es la salida estándar)
       BLOB es un archivo de server_storage/blobs; --export - y --key - leen la entrada estándar, para que nadie más de este equipo vea la clave

corrillo --version
`;
