import { File, FileArchive, FileText, Film, Folder, Image, type LucideIcon, Music } from 'lucide-react';
import type { FileKind } from '../state/file-kind.ts';
import styles from './file-icon.module.css';

const ICONS: Readonly<Record<FileKind, LucideIcon>> = {
  picture: Image,
  video: Film,
  sound: Music,
  pdf: FileText,
  archive: FileArchive,
  text: FileText,
  folder: Folder,
  other: File,
};

/** What kind of file it is. Its name beside it says the same. */
export function FileIcon({ kind, size = 'm' }: { kind: FileKind; size?: 's' | 'm' }) {
  const Icon = ICONS[kind];
  return (
    <span className={styles['icon']} data-kind={kind} data-size={size} aria-hidden="true">
      <Icon size={size === 's' ? 18 : 22} />
    </span>
  );
}
