import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CodedError, PORTS } from '../protocol/index.ts';
import { languageOf, sentenceFor, texts } from '../terminal/index.ts';
import { type Firewall, type FirewallSurroundings, listFirewalls, type OpenedPort } from './firewalls.ts';
import { parseServeArguments, type ServeArguments } from './serve-arguments.ts';

const MDNS = 5353;

/** `corrillo firewall`: prints what an administrator may type. It takes the flags of `serve`, so that the ports are the same ones. */
export function runFirewall(argv: readonly string[]): number {
  const t = texts(languageOf(process.env));
  try {
    const here: FirewallSurroundings = { platform: process.platform, has: isOnPath, node: process.execPath };
    process.stdout.write(describeFirewalls(parseServeArguments(argv, process.env), here, t.relay));
    return 0;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    process.stderr.write(`${sentenceFor(t.errors, error)}\n`);
    return 2;
  }
}

export function describeFirewalls(args: ServeArguments, here: FirewallSurroundings, t: Record<string, string>): string {
  const page: OpenedPort = { port: args.port || PORTS.web, protocol: 'tcp' };
  const chat: OpenedPort = { port: args.chatPort || PORTS.chat, protocol: 'tcp' };
  const used: ReadonlyArray<readonly [OpenedPort, string | undefined]> = [
    [page, t['firewallPage']],
    [chat, t['firewallChat']],
    [{ port: args.filesPort || PORTS.files, protocol: 'tcp' }, t['firewallFiles']],
    ...listMediaPorts(args).map((port) => [port, t['firewallMedia']] as const),
    ...(args.announce ? [[{ port: MDNS, protocol: 'udp' }, t['firewallDiscovery']] as const] : []),
  ];
  const list = used.map(([{ port, protocol }, what]) => `  ${`${port}/${protocol}`.padEnd(10)} ${what}\n`).join('');
  const sections = listFirewalls(
    used.map(([port]) => port),
    here,
  ).map((firewall) => describe(firewall, t));
  return `${t['firewallIntro']}\n\n${list}\n${sections.join('\n')}`;
}

/** UDP, and TCP of the same number for networks that drop UDP; one of each for each process. */
function listMediaPorts({ mediaPort, media }: ServeArguments): OpenedPort[] {
  const first = mediaPort || PORTS.media;
  const numbers = media ? Array.from({ length: media.workers ?? 1 }, (_, i) => first + i) : [];
  return numbers.flatMap((port) => [{ port, protocol: 'udp' } as const, { port, protocol: 'tcp' } as const]);
}

function describe(firewall: Firewall & { readonly likely: boolean }, t: Record<string, string>): string {
  const titles = { powershell: t['firewallWindows'], netsh: t['firewallNetsh'], macos: t['firewallMac'] } as const;
  const { id, allow, undo, likely } = firewall;
  const title = id in titles ? titles[id as keyof typeof titles] : id;
  const lines = (commands: readonly string[]) => commands.map((command) => `  ${command}\n`).join('');
  const notes: Partial<Record<Firewall['id'], string>> = {
    powershell: `  # ${t['firewallBlock']}\n  Get-NetFirewallRule -DisplayName 'Node.js*' | Where-Object Action -eq Block | Remove-NetFirewallRule\n`,
    macos: `  # ${t['firewallMacNote']}\n`,
    nftables: `  # ${t['firewallNftNote']}\n`,
  };
  return `${title}${likely ? `  ← ${t['firewallHere']}` : ''}\n\n${lines(allow)}${notes[id] ?? ''}  # ${t['firewallUndo']}\n${lines(undo)}`;
}

/** Administrators' programs are not always on the path of others. */
function isOnPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
