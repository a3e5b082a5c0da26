export { runDownload } from './alone/download.ts';
export { runUpload } from './alone/upload.ts';
export { runChat } from './chat.ts';
export { runDecrypt } from './decrypt.ts';
export { runExport } from './export.ts';
export { languageOf } from './language.ts';
export { drawQr } from './qr.ts';
export { sentenceFor, texts } from '../client/locales/index.ts';
export { defaultDataFolder } from '../client/node/index.ts';
