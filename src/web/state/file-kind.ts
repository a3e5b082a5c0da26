import type { SharedFile } from '../../client/index.ts';

export type FileKind = 'picture' | 'video' | 'sound' | 'pdf' | 'archive' | 'text' | 'folder' | 'other';

/** What the page shows and plays itself. Nothing that can hold a script: others' SVG and HTML are only ever saved. */
const SHOWN: Readonly<Record<string, 'picture' | 'video' | 'sound'>> = {
  'image/png': 'picture',
  'image/jpeg': 'picture',
  'image/gif': 'picture',
  'image/webp': 'picture',
  'image/avif': 'picture',
  'image/bmp': 'picture',
  'video/mp4': 'video',
  'video/webm': 'video',
  'video/ogg': 'video',
  'audio/mpeg': 'sound',
  'audio/mp4': 'sound',
  'audio/aac': 'sound',
  'audio/ogg': 'sound',
  'audio/wav': 'sound',
  'audio/webm': 'sound',
  'audio/flac': 'sound',
};

/** Other names of the same, and files whose sender's system named no type. */
const SAME: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'video/quicktime': 'video/mp4',
  'video/x-m4v': 'video/mp4',
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/mp3': 'audio/mpeg',
};
const BY_ENDING: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/mp4',
  webm: 'video/webm',
  ogv: 'video/ogg',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  pdf: 'application/pdf',
};

const ARCHIVE = /\.(zip|tar|gz|tgz|bz2|xz|zst|7z|rar|iso|dmg)$/i;
const TEXT = /\.(txt|md|csv|log|json|xml|ya?ml|doc|docx|odt|rtf|tex|epub)$/i;

type Typed = Pick<SharedFile, 'name' | 'type' | 'files'>;

/** The type that the page gives it when it shows it itself; null where it does not. */
export function shownTypeOf({ name, type, files }: Typed): string | null {
  if (files !== null) return null;
  const plain = plainTypeOf(name, type);
  return Object.hasOwn(SHOWN, plain) ? plain : null;
}

export function kindOf(file: Typed): FileKind {
  const { name, type, files } = file;
  if (files !== null) return 'folder';
  const plain = plainTypeOf(name, type);
  const shown = Object.hasOwn(SHOWN, plain) ? SHOWN[plain] : undefined;
  if (shown) return shown;
  if (plain === 'application/pdf') return 'pdf';
  if (ARCHIVE.test(name)) return 'archive';
  if (plain.startsWith('image/')) return 'picture';
  if (plain.startsWith('video/')) return 'video';
  if (plain.startsWith('audio/')) return 'sound';
  return plain.startsWith('text/') || TEXT.test(name) ? 'text' : 'other';
}

function plainTypeOf(name: string, type: string): string {
  const given = type.toLowerCase().split(';', 1)[0]?.trim() ?? '';
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const plain = given === '' || given === 'application/octet-stream' ? (BY_ENDING[ending] ?? '') : given;
  return SAME[plain] ?? plain;
}
