import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A carrier on a real socket that keeps every byte it is sent. */
export type CarrierStub = {
  /** Over one of several kept connections; resolves once the carrier has acknowledged. */
  readonly send: (line: number, body: string) => Promise<void>;
  /** The raw bytes since the last look. */
  readonly taken: () => Buffer;
  readonly close: () => void;
};

const answered = 'HTTP/1.1 204 No Content\r\n\r\n';

export async function openCarrierStub(lines: number): Promise<CarrierStub> {
  let chunks: Buffer[] = [];
  const server = createServer((socket) => {
    let waiting = '';
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      waiting += chunk.toString('latin1');
      // A request is whole when its end mark has come: bodies hold it nowhere else.
      const whole = waiting.split('\n\f').length - 1;
      if (whole === 0) return;
      waiting = waiting.slice(waiting.lastIndexOf('\n\f') + 2);
      socket.write(answered.repeat(whole));
    });
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const sockets: readonly Socket[] = await Promise.all(Array.from({ length: lines }, () => opened(port)));
  return {
    send: async (line, body) => {
      const socket = sockets[line % lines];
      if (socket === undefined) throw new Error('no such line');
      const whole = `${body}\n\f`;
      const head = `POST /announcements HTTP/1.1\r\nhost: carrier.example\r\ncontent-length: ${Buffer.byteLength(whole)}\r\n\r\n`;
      socket.write(head + whole);
      await once(socket, 'data');
    },
    taken: () => {
      const bytes = Buffer.concat(chunks);
      chunks = [];
      return bytes;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function opened(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}
