export { runChat } from './chat.ts';
export { languageOf } from './language.ts';
export { drawQr } from './qr.ts';
export { sentenceFor, texts } from '../client/locales/index.ts';
export { defaultDataFolder } from '../client/node/index.ts';
