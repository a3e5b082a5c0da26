import { useId } from 'react';
import styles from './choice.module.css';

interface ChoiceProps<V extends string> {
  label: string;
  options: ReadonlyArray<{ readonly value: NoInfer<V>; readonly label: string; readonly text?: string }>;
  value: V;
  onChange(value: NoInfer<V>): void;
  disabled?: boolean;
  /** `cards` with a line of explanation each, or `tabs` side by side. */
  look?: 'cards' | 'tabs';
}

/** One of a few. Radio buttons of the browser: arrow keys, screen readers and focus come with them. */
export function Choice<V extends string>({ label, options, value, onChange, disabled = false, look = 'cards' }: ChoiceProps<V>) {
  const id = useId();
  return (
    <fieldset className={styles['choice']} data-look={look} disabled={disabled}>
      <legend className={look === 'cards' ? styles['legend'] : 'said'}>{label}</legend>
      <div className={styles['options']}>
        {options.map((option) => (
          <label key={option.value} className={styles['option']}>
            <input
              type="radio"
              name={id}
              className={styles['input']}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              aria-labelledby={`${id}-${option.value}`}
              aria-describedby={option.text === undefined ? undefined : `${id}-${option.value}-text`}
            />
            <span className={styles['body']}>
              <span id={`${id}-${option.value}`} className={styles['name']}>
                {option.label}
              </span>
              {option.text !== undefined && (
                <span id={`${id}-${option.value}-text`} className={styles['text']}>
                  {option.text}
                </span>
              )}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
