import { type Language, sentenceFor, texts } from '../../client/locales/index.ts';
import { CodedError } from '../../protocol/index.ts';
import { exitOf } from '../exits.ts';
import { toSafeLine } from '../text/safe-text.ts';

/** Says what is wrong with how it was started; the exit code. */
export function reportBadArguments(error: unknown, language: Language): number {
  if (!(error instanceof CodedError)) throw error;
  process.stderr.write(`${toSafeLine(sentenceFor(texts(language).errors, error))}\n`);
  return exitOf(error);
}
