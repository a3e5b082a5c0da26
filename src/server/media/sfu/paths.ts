export type Protocol = 'udp' | 'tcp';

/** Where packets come from and go to. A carrier may give its own object, and gets that one back. */
export interface Remote {
  readonly address: string;
  readonly port: number;
}

/** An address that has passed an authenticated check. */
export interface Path<Who> {
  readonly protocol: Protocol;
  readonly remote: Remote;
  readonly who: Who;
  /** When something authentic came from there. */
  heard: number;
}

/** Who is behind an address. Looked up for each packet: by the port's number first, for the strings that sockets give are new ones each time. */
export interface Paths<Who> {
  find(protocol: Protocol, remote: Remote): Path<Who> | undefined;
  add(path: Path<Who>): void;
  remove(path: Path<Who>): void;
  readonly size: number;
}

export function createPaths<Who>(): Paths<Who> {
  const pathsByPort = new Map<number, Path<Who>[]>();
  let size = 0;
  return {
    find(protocol, { address, port }) {
      const paths = pathsByPort.get(port);
      if (paths === undefined) return undefined;
      for (const path of paths) if (path.remote.address === address && path.protocol === protocol) return path;
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
