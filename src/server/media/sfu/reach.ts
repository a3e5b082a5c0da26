import type { MediaLimits } from '../media-limits.ts';
import { type Credentials, takeCheck } from './checks.ts';
import { createPaths, type Path, type Protocol, type Remote } from './paths.ts';

/** Somebody who proves by checks where it is. */
export interface Reachable<Who> extends Credentials {
  readonly paths: Path<Who>[];
  /** Where packets go: where it has moved to; before it has, where it spoke from last. */
  path: Path<Who> | undefined;
  /** It said itself where it wants to be. */
  hasMoved: boolean;
  /** When something authentic came from it. */
  heard: number;
}

/** Where everybody is: checks of ICE, and the addresses that have passed one. */
export interface Reach<Who> {
  add(who: Who): void;
  /** None of its addresses is anybody's any more. */
  remove(who: Who): void;
  find(protocol: Protocol, remote: Remote): Path<Who> | undefined;
  /** @returns what to answer to a datagram of STUN, if anything */
  check(protocol: Protocol, from: Remote, datagram: Buffer, now: number): Buffer | undefined;
  /** Nothing can be sent there any more. */
  lose(protocol: Protocol, remote: Remote): void;
  /** Addresses of all. */
  readonly size: number;
}

export function createReach<Who extends Reachable<Who>>(limits: Pick<MediaLimits, 'pathsPerMember' | 'pathKept'>): Reach<Who> {
  const whoByUfrag = new Map<string, Who>();
  const paths = createPaths<Who>();
  const find = (ufrag: string) => whoByUfrag.get(ufrag);

  /** @returns undefined for an address that somebody else speaks from: whoever forges it takes nothing away */
  function pathOf(who: Who, protocol: Protocol, remote: Remote, now: number): Path<Who> | undefined {
    const known = paths.find(protocol, remote);
    if (known?.who === who) return known;
    if (known !== undefined) {
      if (Math.abs(now - known.heard) < limits.pathKept) return undefined;
      forget(known);
    }
    if (who.paths.length >= limits.pathsPerMember) {
      const others = who.paths.filter((path) => path !== who.path);
      forget(others.reduce((oldest, path) => (path.heard < oldest.heard ? path : oldest)));
    }
    const path: Path<Who> = { protocol, remote, who, heard: now };
    paths.add(path);
    who.paths.push(path);
    return path;
  }

  function forget(path: Path<Who>): void {
    const { who } = path;
    paths.remove(path);
    who.paths.splice(who.paths.indexOf(path), 1);
    if (who.path !== path) return;
    // Until it says where it is now, it may be where it was heard last.
    who.path = who.paths.reduce<Path<Who> | undefined>((last, other) => (last && last.heard > other.heard ? last : other), undefined);
    who.hasMoved = false;
  }

  return {
    add: (who) => void whoByUfrag.set(who.ufrag, who),
    remove(who) {
      whoByUfrag.delete(who.ufrag);
      for (const path of who.paths.splice(0)) paths.remove(path);
      who.path = undefined;
    },
    find: paths.find,
    check(protocol, from, datagram, now) {
      const check = takeCheck(datagram, from, find);
      if (check?.who === undefined) return check?.answer;
      const { who, moves, answer } = check;
      const path = pathOf(who, protocol, from, now);
      if (path === undefined) return undefined;
      who.heard = path.heard = now;
      if (moves || !who.hasMoved) who.path = path;
      who.hasMoved ||= moves;
      return answer;
    },
    lose(protocol, remote) {
      const path = paths.find(protocol, remote);
      if (path !== undefined) forget(path);
    },
    get size() {
      return paths.size;
    },
  };
}
