import { Camera, FileUp, FolderUp, Paperclip, Video } from 'lucide-react';
import { useTexts } from '../context.tsx';
import { IconButton } from '../parts/button.tsx';
import { IconMenu } from '../parts/icon-menu.tsx';
import { canChooseFolders, type Choice, hasCamera } from './picker.ts';

/** The way to files without dragging. Where there is nothing to choose from, one press opens the chooser. */
export function Attach({ onChoose }: { onChoose(choice: Choice): void }) {
  const t = useTexts();
  const choices = [
    { choice: 'files', label: t.attachFiles, Icon: FileUp },
    ...(canChooseFolders ? [{ choice: 'folder', label: t.attachFolder, Icon: FolderUp } as const] : []),
    ...(hasCamera
      ? ([
          { choice: 'photo', label: t.attachPhoto, Icon: Camera },
          { choice: 'video', label: t.attachVideo, Icon: Video },
        ] as const)
      : []),
  ] as const;
  if (choices.length === 1) {
    return (
      <IconButton label={t.attach} onClick={() => onChoose('files')}>
        <Paperclip size={20} aria-hidden="true" />
      </IconButton>
    );
  }
  const entries = choices.map(({ choice, label, Icon }) => ({
    label,
    icon: <Icon size={18} aria-hidden="true" />,
    choose: () => onChoose(choice),
  }));
  return (
    <IconMenu label={t.attach} entries={entries} side="top" align="start">
      <Paperclip size={20} aria-hidden="true" />
    </IconMenu>
  );
}
