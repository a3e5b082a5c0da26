import { Check, Clock3 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTexts } from '../context.tsx';
import { isoOf, useFormats } from '../format.ts';
import { PersonDisk, PersonName } from '../parts/person.tsx';
import { RichText } from '../parts/rich-text.tsx';
import type { Message } from '../state/rows.ts';
import styles from './message-row.module.css';

/** Longer texts are folded: a pasted log must not push everything else out of reach. */
const FOLD_LETTERS = 1_800;
const FOLD_LINES = 24;

export interface RowPlace {
  /** Of those of one person that stand together. */
  readonly first: boolean;
  readonly last: boolean;
}

export function MessageRow({ message, first, last }: { message: Message } & RowPlace) {
  const t = useTexts();
  if (message.style === 'action') return <ActionRow message={message} name={message.from || t.unnamed} />;
  return (
    <Bubble about={message} first={first} last={last}>
      <MessageText text={message.text} />
    </Bubble>
  );
}

type Said = Pick<Message, 'device' | 'from' | 'own' | 'at' | 'state'>;

/** What somebody said, whatever it is: beside its author, and with its time below. */
export function Bubble({ about, first, last, children }: { about: Said; children: ReactNode } & RowPlace) {
  const t = useTexts();
  const name = about.from || t.unnamed;
  const { own, device, state } = about;
  return (
    <article className={styles['message']} data-own={own || undefined} data-first={first || undefined} data-state={state}>
      {!own && <span className={styles['disk']}>{first && <PersonDisk device={device} name={name} size="s" />}</span>}
      <div className={styles['column']}>
        <div className={styles['bubble']}>
          {first && !own ? (
            <p className={styles['author']} dir="auto">
              <PersonName name={name} device={device} />
            </p>
          ) : (
            <span className="said">{own ? t.you : name}: </span>
          )}
          {children}
        </div>
        {(last || state === 'sending') && <Meta message={about} />}
      </div>
    </article>
  );
}

/** What `/me` writes: a line about its author. */
function ActionRow({ message, name }: { message: Message; name: string }) {
  return (
    <article className={styles['action']} data-state={message.state}>
      <p dir="auto">
        <PersonName name={name} device={message.device} /> <RichText text={message.text} />
      </p>
      <Meta message={message} />
    </article>
  );
}

function MessageText({ text }: { text: string }) {
  const t = useTexts();
  const [whole, setWhole] = useState(false);
  const folded = whole ? text : fold(text);
  return (
    <>
      <p className={styles['text']} dir="auto">
        <RichText text={folded} />
        {folded !== text && '…'}
      </p>
      {folded !== text && (
        <button type="button" className={styles['more']} onClick={() => setWhole(true)}>
          {t.showAll}
        </button>
      )}
    </>
  );
}

function fold(text: string): string {
  const lines = text.split('\n', FOLD_LINES + 1);
  const short = lines.length > FOLD_LINES ? lines.slice(0, FOLD_LINES).join('\n') : text;
  // Not in the middle of a pair of code units.
  return short.length > FOLD_LETTERS * 1.2 ? short.slice(0, FOLD_LETTERS).replace(/[\ud800-\udbff]$/, '') : short;
}

/** When, and for own lines how far. */
function Meta({ message: { at, own, state } }: { message: Said }) {
  const t = useTexts();
  const formats = useFormats();
  return (
    <p className={styles['meta']}>
      <time dateTime={isoOf(at)} title={formats.full(at)}>
        {formats.time(at)}
      </time>
      {own && (
        <span className={styles['state']}>
          {state === 'sending' ? <Clock3 size={13} aria-hidden="true" /> : <Check size={14} aria-hidden="true" />}
          <span>{state === 'sending' ? t.sending : t.sent}</span>
        </span>
      )}
    </p>
  );
}
