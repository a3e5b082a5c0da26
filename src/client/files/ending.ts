import { CodedError } from '../../protocol/index.ts';

/** How a transfer ended. */
export interface Outcome {
  readonly state: 'done' | 'failed' | 'cancelled';
  readonly path: string | null;
}

/** The same as it is stored: from the moment in which it is certain until people were told, so that no transfer goes without a word. */
export interface StoredEnd extends Outcome {
  readonly error: Pick<CodedError, 'code' | 'detail'> | null;
  /** People know. It is still stored because what it left behind could not be removed: the next start tries again. */
  readonly told: boolean;
}

export const toStore = ({ state, path }: Outcome, error: CodedError | null, told: boolean): StoredEnd => ({
  state,
  path,
  error: error && { code: error.code, detail: error.detail },
  told,
});

export const errorOf = ({ error }: StoredEnd): CodedError | null => error && new CodedError(error.code, error.detail);
