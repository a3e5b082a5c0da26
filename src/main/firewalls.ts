/** A port that others have to reach. */
export interface OpenedPort {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

/** How one firewall is told. Lines are commands, whole, as they are typed. */
export interface Firewall {
  readonly id: 'powershell' | 'netsh' | 'macos' | 'ufw' | 'firewalld' | 'nftables';
  readonly allow: readonly string[];
  readonly undo: readonly string[];
}

/** What is known of the machine, to guess which firewall it has. */
export interface FirewallSurroundings {
  readonly platform: string;
  /** Is there a program of that name? */
  readonly has: (program: string) => boolean;
  /** Path of Node's program. */
  readonly node: string;
}

/** Those that this machine is likely to have come first. Nothing here is ever run by us: it needs an administrator, who should read it. */
export function listFirewalls(
  ports: readonly OpenedPort[],
  { platform, has, node }: FirewallSurroundings,
): Array<Firewall & { readonly likely: boolean }> {
  const program = platform === 'darwin' ? `'${node.replaceAll("'", String.raw`'\''`)}'` : '"$(command -v node)"';
  const all: ReadonlyArray<Firewall & { readonly likely: boolean }> = [
    { ...powershell(ports), likely: platform === 'win32' },
    { ...netsh(ports), likely: platform === 'win32' },
    { ...macos(program), likely: platform === 'darwin' },
    { ...ufw(ports), likely: platform === 'linux' && has('ufw') },
    { ...firewalld(ports), likely: platform === 'linux' && has('firewall-cmd') },
    // Both of them write rules of nftables: where one is there, it is the one to be asked.
    { ...nftables(ports), likely: platform === 'linux' && has('nft') && !has('ufw') && !has('firewall-cmd') },
  ];
  return all.toSorted((a, b) => Number(b.likely) - Number(a.likely));
}

const byProtocol = (ports: readonly OpenedPort[]) =>
  (['tcp', 'udp'] as const)
    .map((protocol) => ({ protocol, numbers: ports.filter((port) => port.protocol === protocol).map(({ port }) => port) }))
    .filter(({ numbers }) => numbers.length > 0);

/** The local subnet alone, in every profile: Windows takes most Wi-Fi for public. */
function powershell(ports: readonly OpenedPort[]): Firewall {
  return {
    id: 'powershell',
    allow: byProtocol(ports).map(
      ({ protocol, numbers }) =>
        `New-NetFirewallRule -DisplayName 'Corrillo ${protocol}' -Direction Inbound -Action Allow -Protocol ${protocol.toUpperCase()} -LocalPort ${numbers.join(',')} -RemoteAddress LocalSubnet`,
    ),
    undo: ["Remove-NetFirewallRule -DisplayName 'Corrillo *'"],
  };
}

function netsh(ports: readonly OpenedPort[]): Firewall {
  return {
    id: 'netsh',
    allow: byProtocol(ports).map(
      ({ protocol, numbers }) =>
        `netsh advfirewall firewall add rule name="Corrillo" dir=in action=allow protocol=${protocol.toUpperCase()} localport=${numbers.join(',')} remoteip=localsubnet`,
    ),
    undo: ['netsh advfirewall firewall delete rule name="Corrillo"'],
  };
}

function macos(program: string): Firewall {
  const tool = 'sudo /usr/libexec/ApplicationFirewall/socketfilterfw';
  return { id: 'macos', allow: [`${tool} --add ${program}`, `${tool} --unblockapp ${program}`], undo: [`${tool} --remove ${program}`] };
}

function ufw(ports: readonly OpenedPort[]): Firewall {
  return {
    id: 'ufw',
    allow: ports.map(({ port, protocol }) => `sudo ufw allow ${port}/${protocol} comment Corrillo`),
    undo: ports.map(({ port, protocol }) => `sudo ufw delete allow ${port}/${protocol}`),
  };
}

function firewalld(ports: readonly OpenedPort[]): Firewall {
  const each = (verb: 'add' | 'remove') => ports.map(({ port, protocol }) => `--${verb}-port=${port}/${protocol}`).join(' ');
  const lines = (verb: 'add' | 'remove') => [`sudo firewall-cmd --permanent ${each(verb)}`, 'sudo firewall-cmd --reload'];
  return { id: 'firewalld', allow: lines('add'), undo: lines('remove') };
}

function nftables(ports: readonly OpenedPort[]): Firewall {
  return {
    id: 'nftables',
    // In front: at the end of the chain there may be a rule that drops all else.
    allow: byProtocol(ports).map(
      ({ protocol, numbers }) =>
        `sudo nft insert rule inet filter input ${protocol} dport '{ ${numbers.join(', ')} }' accept comment '"Corrillo"'`,
    ),
    undo: ['sudo nft -a list chain inet filter input | grep Corrillo', 'sudo nft delete rule inet filter input handle N'],
  };
}
