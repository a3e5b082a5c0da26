export { runChat } from './chat.ts';
export { languageOf } from './language.ts';
export { drawQr } from './qr.ts';
export { sentenceFor } from './sentence.ts';
