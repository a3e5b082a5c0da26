import type { Member } from './member.ts';

export type Protocol = 'udp' | 'tcp';

/** Where packets come from and go to. A carrier may give its own object, and gets that one back. */
export interface Remote {
  readonly address: string;
  readonly port: number;
}

/** An address that has passed an authenticated check. */
export interface Path {
  readonly protocol: Protocol;
  readonly remote: Remote;
  readonly member: Member;
  heard: number;
}

/** Who is behind an address. Looked up for each packet: by the port's number first, for the strings that sockets give are new ones each time. */
export interface Paths {
  find(protocol: Protocol, remote: Remote): Path | undefined;
  add(path: Path): void;
  remove(path: Path): void;
  readonly size: number;
}

export function createPaths(): Paths {
  const pathsByPort = new Map<number, Path[]>();
  let size = 0;
  return {
    find(protocol, { address, port }) {
      const paths = pathsByPort.get(port);
      if (paths === undefined) return undefined;
      for (let i = 0; i < paths.length; i++) {
        const path = paths[i] as Path;
        if (path.remote.address === address && path.protocol === protocol) return path;
      }
      return undefined;
    },
    add(path) {
      const { port } = path.remote;
      const paths = pathsByPort.get(port);
      if (paths === undefined) pathsByPort.set(port, [path]);
      else paths.push(path);
      size += 1;
    },
    remove(path) {
      const { port } = path.remote;
      const paths = pathsByPort.get(port) ?? [];
      const at = paths.indexOf(path);
      if (at < 0) return;
      paths.splice(at, 1);
      if (paths.length === 0) pathsByPort.delete(port);
      size -= 1;
    },
    get size() {
      return size;
    },
  };
}
