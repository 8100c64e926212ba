import { connect, type Socket } from 'node:net';

/** One kept connection: a request goes out, and its whole answer comes back as bytes. */
export type Line = { readonly get: (path: string) => Promise<Buffer>; readonly close: () => void };

const answerBytesMax = 4 * 1024 * 1024;

export async function openLine(port: number): Promise<Line> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return { get: (path) => ask(socket, path), close: () => void socket.destroy() };
}

function ask(socket: Socket, path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let got: Buffer = Buffer.alloc(0);
    const end = (error: Error | null): void => {
      socket.off('data', take);
      socket.off('close', closed);
      if (error === null) resolve(got);
      else reject(error);
    };
    const closed = (): void => end(new Error('the connection was closed before the answer was whole'));
    const take = (part: Buffer): void => {
      got = got.length === 0 ? part : Buffer.concat([got, part]);
      if (got.length > answerBytesMax) end(new Error('the answer is too long'));
      else if (got.length === lengthOf(got)) end(null);
    };
    socket.on('data', take);
    socket.once('close', closed);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: paket.nordlicht.example\r\nAccept: text/html\r\n\r\n`);
  });
}

/** Of the whole answer; null while its head is not there yet. */
function lengthOf(got: Buffer): number | null {
  const headEnd = got.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = got.toString('latin1', 0, headEnd).toLowerCase();
  return headEnd + 4 + Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
}

/** The answer with its date, which is all that may differ, blotted out. */
export function undated(answer: Buffer): Buffer {
  const at = answer.indexOf('\r\nDate: ');
  if (at >= 0) answer.fill(0x20, at + 8, at + 8 + 29);
  return answer;
}
