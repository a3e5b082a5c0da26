import type { ReactNode } from 'react';
import { Mark } from '../parts/mark.tsx';
import { useTexts } from '../context.tsx';
import styles from './card-screen.module.css';

/** Every screen outside a room: the mark, a title, a few words, and one thing to do. */
export function CardScreen({ title, children, turning = false }: { title: ReactNode; children?: ReactNode; turning?: boolean }) {
  const t = useTexts();
  return (
    <div className={styles['screen']}>
      <main className={styles['card']}>
        <div className={styles['brand']}>
          <Mark size={40} turning={turning} />
          <div>
            <p className={styles['wordmark']} translate="no">
              Corrillo
            </p>
            <p className={styles['tagline']}>{t.tagline}</p>
          </div>
        </div>
        <h1 className={styles['title']}>{title}</h1>
        {children}
      </main>
    </div>
  );
}

export function Lead({ children }: { children: ReactNode }) {
  return <p className={styles['lead']}>{children}</p>;
}

export function Aside({ children }: { children: ReactNode }) {
  return <p className={styles['aside']}>{children}</p>;
}

/** Something that stands between the person and what they wanted; read aloud when it appears. */
export function Trouble({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className={styles['troubleSlot']}>
      {children ? <p className={styles['trouble']}>{children}</p> : null}
    </div>
  );
}
