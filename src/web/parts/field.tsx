import { type ComponentProps, useId } from 'react';
import styles from './field.module.css';

export interface FieldProps extends Omit<ComponentProps<'input'>, 'id'> {
  label: string;
  /** Shown below, read aloud when it appears, and tied to the field. */
  problem?: string | null;
}

export function Field({ label, problem, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div className={styles['field']}>
      <label className={styles['label']} htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className={styles['input']}
        dir="auto"
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        {...rest}
      />
      <p id={`${id}-problem`} role="alert" className={styles['problem']}>
        {problem}
      </p>
    </div>
  );
}
