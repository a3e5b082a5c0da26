/**
 * Names that others chose, made harmless for every system: what comes out of here has no separators, means no device on Windows, turns no
 * reading direction, hides nothing, and fits. Giving it once more changes nothing.
 */

/** What file systems take: 255 bytes of UTF-8 (Linux), 255 UTF-16 units (Windows, macOS), which are never more. */
const NAME_BYTES = 255;
/** Of a path in a folder: well below what systems take in all, since it stands behind the path of a folder here. */
const PATH_BYTES = 1024;
const PATH_PARTS = 64;
/** A longer ending is a part of the name. */
const EXTENSION_BYTES = 32;

/** C0, DEL and C1; separators of lines and paragraphs; what turns or is not seen, but for joiners. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
const INVISIBLE = /(?![\u200c\u200d])[\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]/gu;
/** Joiners belong between letters of scripts that need them, and between pictures. */
const IDLE_JOINER =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\u0590-\u10ff\u1780-\u18af])[\u200c\u200d]|[\u200c\u200d](?![\p{Extended_Pictographic}\u0590-\u10ff\u1780-\u18af])/gu;
/** Separators, streams and wild cards; halves of a character. */
const FORBIDDEN = /[/\\<>:"|?*]|\p{Cs}/gu;
/** Windows cuts these off, so that `nul. ` is `nul`, and two names are one. */
const TAIL = /[\s.]+$/u;
/** Devices of Windows, whatever stands behind a dot. */
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/iu;

/** Most names; folders have tens of thousands. */
const HARMLESS = /^[\w()+,@ .-]{0,254}[\w()+,@-]$/;

export function safeFileName(name: string): string {
  if (HARMLESS.test(name) && name[0] !== ' ' && !DEVICE.test(name)) return name;
  // Nobody has to read on after what fits several times over.
  const cleaned = name
    .slice(0, 16 * NAME_BYTES)
    .concat(name.length > 16 * NAME_BYTES ? extensionOf(name) : '')
    .replace(FORBIDDEN, '_')
    .replace(CONTROL, '')
    .replace(INVISIBLE, '')
    .replace(IDLE_JOINER, '')
    .replace(/^\s+/u, '')
    .replace(TAIL, '');
  const safe = fit(cleaned, '') || 'file';
  // Asked of what was cut: a name may become a device by it.
  return DEVICE.test(safe) ? fit(`_${safe}`, '') : safe;
}

/** A path in a folder of another, `/` between its parts, relative whatever it was. */
export function safePath(path: string): string {
  return partsOf(path).map(safeFileName).join('/');
}

/** `number` before the extension: `a (2).tar.gz`. */
export function numberName(name: string, number: number): string {
  return fit(name, ` (${number})`);
}

/** What file systems may take for the same name: without regard to case, and however its accents are composed. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toUpperCase().normalize('NFC').toLowerCase().normalize('NFC');
}

/** Gives each name once; one that was given gets ` (2)`, ` (3)` … */
export interface NameGiver {
  give(name: string): string;
}

export function createNameGiver(): NameGiver {
  const given = new Set<string>();
  /** Where to go on counting: thousands of one name must not each begin at 2. */
  const next = new Map<string, number>();
  return {
    give: (name) => {
      const key = nameKey(name);
      let free = name;
      let number = next.get(key) ?? 2;
      while (given.has(nameKey(free))) free = numberName(name, number++);
      next.set(key, number);
      given.add(nameKey(free));
      return free;
    },
  };
}

/** Makes the paths of one folder safe, and each of them another one: a file keeps its folder, also where two folders would be one. */
export interface PathGiver {
  /** @param path raw; with `/` at its end: a folder */
  give(path: string): string;
  /** How many folders that made: a short list of deep paths may mean millions. */
  folders(): number;
}

interface Directory {
  readonly path: string;
  readonly names: NameGiver;
  /** By their raw names. */
  readonly inside: Map<string, Directory>;
}

export function createPathGiver(): PathGiver {
  const open = (path: string): Directory => ({ path, names: createNameGiver(), inside: new Map() });
  const top = open('');
  let folders = 0;
  const enter = (directory: Directory, part: string): Directory => {
    let inner = directory.inside.get(part);
    if (!inner) {
      inner = open(`${directory.path}${directory.names.give(safeFileName(part))}/`);
      directory.inside.set(part, inner);
      folders++;
    }
    return inner;
  };
  return {
    folders: () => folders,
    give: (path) => {
      const parts = partsOf(path);
      const name = path.endsWith('/') ? undefined : parts.pop();
      const directory = parts.reduce(enter, top);
      return name === undefined ? directory.path : directory.path + directory.names.give(safeFileName(name));
    },
  };
}

/** At least one part, none of which goes up or stays; those in the middle are left out where it is too deep or too long. */
function partsOf(path: string): string[] {
  const all = path.split('/').filter((part) => !/^\.{0,2}$/.test(part.trim()));
  const name = all.pop() ?? '';
  const parts: string[] = [];
  let bytes = bytesIn(safeFileName(name));
  for (const part of all.slice(0, PATH_PARTS - 1)) {
    bytes += bytesIn(safeFileName(part)) + 1;
    if (bytes > PATH_BYTES) break;
    parts.push(part);
  }
  return [...parts, name];
}

const encoder = new TextEncoder();
const bytesIn = (text: string) => encoder.encode(text).length;

/** With its dot; empty where there is none. `.bashrc` is a name, `.tar.gz` one extension. */
function extensionOf(name: string): string {
  const extension = /[^.]((?:\.tar)?\.[^.\s]+)$/iu.exec(name.slice(-64))?.[1] ?? '';
  return bytesIn(extension) <= EXTENSION_BYTES ? extension : '';
}

/** Cuts what is before the extension, so that it fits with `mark` between the two. */
function fit(name: string, mark: string): string {
  if (mark === '' && bytesIn(name) <= NAME_BYTES) return name;
  const extension = extensionOf(name);
  let stem = name.slice(0, name.length - extension.length);
  const room = NAME_BYTES - bytesIn(extension) - bytesIn(mark);
  if (bytesIn(stem) > room) {
    let bytes = 0;
    let cut = '';
    for (const character of stem) {
      bytes += bytesIn(character);
      if (bytes > room) break;
      cut += character;
    }
    stem = cut.replace(/[\s.\u200c\u200d]+$/u, '') || '_';
  }
  return stem + mark + extension;
}
