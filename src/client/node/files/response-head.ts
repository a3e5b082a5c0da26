/** What stands before the body of an HTTP/1.1 answer. */
export interface ResponseHead {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Nobody of ours says as much. */
const LONGEST = 16 * 1024;

/** Gathers an answer's head (RFC 9112) as it comes. */
export interface HeadReader {
  /** The head, once it is there, and what came behind it. @throws RangeError where it is longer than it may be, or no such head */
  push(bytes: Uint8Array): { readonly head: ResponseHead; readonly rest: Uint8Array } | undefined;
}

export function createHeadReader(): HeadReader {
  let gathered = Buffer.alloc(0);
  return {
    push(bytes) {
      gathered = Buffer.concat([gathered, bytes]);
      const end = gathered.indexOf('\r\n\r\n');
      if (end < 0 ? gathered.length > LONGEST : end > LONGEST) throw new RangeError('a head without an end');
      return end < 0 ? undefined : { head: parseHead(gathered.toString('latin1', 0, end)), rest: gathered.subarray(end + 4) };
    },
  };
}

function parseHead(text: string): ResponseHead {
  const [first = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.[01] ([2-5]\d\d)(?: |$)/.exec(first)?.[1];
  if (status === undefined) throw new RangeError('no answer of HTTP/1.1');
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new RangeError('no header');
    headers[name.toLowerCase()] = value;
  }
  return { status: Number(status), headers };
}
