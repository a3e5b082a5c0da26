import { commands } from '../../client/index.ts';
import { useSurroundings } from '../context.tsx';
import { Dialog } from '../parts/dialog.tsx';
import styles from './help-dialog.module.css';

/** What `/help` shows: the same table that the commands come from. */
export function HelpDialog({ open, onClose }: { open: boolean; onClose(): void }) {
  const { texts, language } = useSurroundings();
  const t = texts.web;
  return (
    <Dialog open={open} onClose={onClose} title={t.helpTitle} text={t.helpText}>
      <dl className={styles['list']}>
        {commands.map((command) => (
          <div key={command.name}>
            <dt translate="no">/{language === 'en' ? command.name : (command.aliases[0] ?? command.name)}</dt>
            <dd>{texts.commands[command.name]}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
