/**
 * Tells when nothing is under way any more. Cryptography answers from other threads, in an order of their own: a run can
 * only be replayed if the next thing happens after all of it has come back.
 */
let underWay = 0;

const { subtle } = globalThis.crypto;
for (const name of [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'digest',
  'generateKey',
  'deriveKey',
  'deriveBits',
  'importKey',
  'exportKey',
] as const) {
  const original = (subtle[name] as (...parameters: unknown[]) => Promise<unknown>).bind(subtle);
  Object.defineProperty(subtle, name, {
    configurable: true,
    value: async (...parameters: unknown[]) => {
      underWay += 1;
      try {
        return await original(...parameters);
      } finally {
        underWay -= 1;
      }
    },
  });
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Resolves when no cryptography has been under way for several turns of the event loop. */
export async function becomeQuiet(): Promise<void> {
  for (let calm = 0; calm < 4;) {
    await turn();
    calm = underWay === 0 ? calm + 1 : 0;
  }
}
