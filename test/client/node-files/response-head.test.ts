import { describe, expect, it } from 'vitest';
import { createHeadReader } from '../../../src/client/node/files/response-head.ts';

const HEAD = 'HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\ncontent-range:bytes 0-4/9 \r\nETag: "a: b"\r\n\r\n';

describe('the head of an answer', () => {
  it.each([1, 2, 7, 40, 1000])('is read from pieces of %i bytes, and what follows is left', (size) => {
    const reader = createHeadReader();
    const bytes = Buffer.from(`${HEAD}hello`);
    let rest = '';
    let read: ReturnType<typeof reader.push>;
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size);
      if (read) {
        rest += piece.toString();
      } else {
        read = reader.push(piece);
        rest = Buffer.from(read?.rest ?? []).toString();
      }
    }
    expect(read?.head).toEqual({ status: 206, headers: { 'content-length': '5', 'content-range': 'bytes 0-4/9', etag: '"a: b"' } });
    expect(rest).toBe('hello');
  });

  it.each([
    'SSH-2.0-OpenSSH_9.2\r\n\r\n',
    'HTTP/2 200\r\n\r\n',
    'HTTP/1.1 2000 OK\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 200 OK\r\nno header\r\n\r\n',
    'HTTP/1.1 200 OK\r\n folded: x\r\n\r\n',
    `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(16 * 1024)}\r\n\r\n`,
    'x'.repeat(16 * 1024 + 1),
  ])('is refused where it is none: %#', (text) => {
    expect(() => createHeadReader().push(Buffer.from(text))).toThrow(RangeError);
  });

  it('has no header that an object has', () => {
    const read = createHeadReader().push(Buffer.from('HTTP/1.1 200\r\n__proto__: x\r\n\r\n'));
    expect(read?.head.headers['constructor']).toBeUndefined();
    expect(read?.head.headers['__proto__']).toBe('x');
  });
});
