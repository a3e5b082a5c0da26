import { CodedError } from '../protocol/index.ts';

/**
 * One line of `--json-input`: `{"text": …}` is sent as it stands, `{"command": "/who"}` is done.
 * @returns the line as if typed, or the error to show
 */
export function readInputLine(line: string): string | CodedError {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return new CodedError('bad_input');
  }
  const { text, command } = (value ?? {}) as { text?: unknown; command?: unknown };
  if (typeof text === 'string' && command === undefined) return text.startsWith('/') ? `/${text}` : text;
  if (typeof command === 'string' && text === undefined && command.startsWith('/') && !command.startsWith('//')) return command;
  return new CodedError('bad_input');
}
