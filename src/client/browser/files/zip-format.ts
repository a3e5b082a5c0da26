/** The parts of a ZIP file (PKWARE APPNOTE 6.3.9) whose entries are stored as they are, with sizes that need not fit into 32 bits. */

export interface ZipEntry {
  /** UTF-8; a folder's ends with `/`. */
  readonly name: Uint8Array;
  readonly size: number;
  /** ms since 1970. */
  readonly modified: number;
  /** Where its header stands. */
  readonly offset: number;
  readonly crc: number;
}

/** What 16 and 32 bits can say; all ones stand for "see the 64 bits". */
const MOST_16 = 0xffff;
const MOST_32 = 0xffffffff;
/** Names are UTF-8 (bit 11), and the checksum comes after the bytes (bit 3). */
const FLAGS = 0x0808;
const VERSION = 20;
const VERSION_64 = 45;
/** Where the file was made: Unix, so that permissions can be said. */
const UNIX = 3 << 8;
const FILE_MODE = (0o100644 << 16) >>> 0;
const FOLDER_MODE = ((0o040755 << 16) >>> 0) | 0x10;

const isLarge = (size: number): boolean => size >= MOST_32;
const isFolder = (name: Uint8Array): boolean => name.at(-1) === 0x2f;

export function localHeader({ name, size, modified }: Pick<ZipEntry, 'name' | 'size' | 'modified'>): Uint8Array {
  const large = isLarge(size);
  // Sizes of large ones stand in an extra field from the beginning: it says how wide those after the bytes are.
  return join(
    u32(0x04034b50),
    u16(large ? VERSION_64 : VERSION),
    u16(FLAGS),
    u16(0),
    ...dosTime(modified),
    u32(0),
    ...(large ? [u32(MOST_32), u32(MOST_32)] : [u32(0), u32(0)]),
    u16(name.length),
    u16(large ? 20 : 0),
    name,
    ...(large ? [u16(1), u16(16), u64(size), u64(size)] : []),
  );
}

export function descriptor({ size, crc }: Pick<ZipEntry, 'size' | 'crc'>): Uint8Array {
  const width = isLarge(size) ? u64 : u32;
  return join(u32(0x08074b50), u32(crc), width(size), width(size));
}

export function centralHeader({ name, size, modified, offset, crc }: ZipEntry): Uint8Array {
  const wide = [...(isLarge(size) ? [u64(size), u64(size)] : []), ...(offset >= MOST_32 ? [u64(offset)] : [])];
  return join(
    u32(0x02014b50),
    u16(UNIX | VERSION_64),
    u16(wide.length > 0 ? VERSION_64 : VERSION),
    u16(FLAGS),
    u16(0),
    ...dosTime(modified),
    u32(crc),
    ...(isLarge(size) ? [u32(MOST_32), u32(MOST_32)] : [u32(size), u32(size)]),
    u16(name.length),
    u16(wide.length === 0 ? 0 : 4 + wide.length * 8),
    u16(0),
    u16(0),
    u16(0),
    u32(isFolder(name) ? FOLDER_MODE : FILE_MODE),
    u32(Math.min(offset, MOST_32)),
    name,
    ...(wide.length === 0 ? [] : [u16(1), u16(wide.length * 8), ...wide]),
  );
}

/** @param at where the directory begins, and how many bytes it has */
export function endOfZip(count: number, at: number, length: number): Uint8Array {
  const large = count >= MOST_16 || at >= MOST_32 || length >= MOST_32;
  const wide = large
    ? [
        ...[u32(0x06064b50), u64(44), u16(UNIX | VERSION_64), u16(VERSION_64), u32(0), u32(0)],
        ...[u64(count), u64(count), u64(length), u64(at)],
        ...[u32(0x07064b50), u32(0), u64(at + length), u32(1)],
      ]
    : [];
  const few = u16(Math.min(count, MOST_16));
  return join(...wide, u32(0x06054b50), u16(0), u16(0), few, few, u32(Math.min(length, MOST_32)), u32(Math.min(at, MOST_32)), u16(0));
}

const TABLE = Int32Array.from({ length: 256 }, (_, i) => {
  let crc = i;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 (ISO 3309), to be gone on with: begins with 0. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number);
  return ~crc >>> 0;
}

/** Two-second steps from 1980 to 2107, in local time: that is how the format has it. */
function dosTime(modified: number): [Uint8Array, Uint8Array] {
  const date = new Date(Math.min(Math.max(modified, 0), 8.64e15));
  const year = Math.min(Math.max(date.getFullYear(), 1980), 2107) - 1980;
  return [
    u16((date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1)),
    u16((year << 9) | ((date.getMonth() + 1) << 5) | date.getDate()),
  ];
}

const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, (value >> 8) & 0xff);
const u32 = (value: number): Uint8Array => join(u16(value & 0xffff), u16(value >>> 16));
const u64 = (value: number): Uint8Array => join(u32(value >>> 0), u32(Math.floor(value / 2 ** 32)));

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
