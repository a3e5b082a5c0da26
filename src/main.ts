import { runFirewall } from './main/firewall.ts';
import { usage } from './main/usage.ts';
import { PROGRAM_VERSION } from './protocol/index.ts';
import { languageOf, runChat, runDecrypt, runDownload, runExport, runUpload } from './terminal/index.ts';

/** The program: one command, its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await run(argv);
}

async function run(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  const language = languageOf(process.env);
  if (command === 'help' || argv.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(usage(language));
    return 0;
  }
  if (command === 'chat') return runChat(rest);
  if (command === 'upload') return runUpload(rest);
  if (command === 'download') return runDownload(rest);
  if (command === 'export') return runExport(rest);
  if (command === 'decrypt') return runDecrypt(rest);
  if (command === 'firewall') return runFirewall(rest);
  if (command === 'serve' || command === undefined) return runServe(rest);
  if (command === '--version' || command === '-v') {
    process.stdout.write(`${PROGRAM_VERSION}\n`);
    return 0;
  }
  // `corrillo --port 5001`: flags alone are for the relay.
  if (command.startsWith('--')) return runServe([command, ...rest]);
  process.stderr.write(usage(language));
  return 2;
}

/** Loaded for those who serve: certificates and Socket.IO take as long as all the rest of a chat that starts. */
async function runServe(argv: readonly string[]): Promise<number> {
  return (await import('./main/serve.ts')).runServe(argv);
}
