// What a push costs at the least: a server of Node's own that reads the body, proves the sender by the product's very check,
// validates the message with zod, keeps nothing and answers 202.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';
import { realClock } from '#kit/clock';
import { isPushToken, sameText } from '../../src/carriers/push-token.ts';
import { answerParent, startChild, type Child } from '../parts/child.ts';
import { pushShape } from './messages.ts';

const clientShape = z.object({ id: z.string(), secret: z.string() });
type Client = z.output<typeof clientShape>;

/** @returns the server's process, and its port */
export async function startBare(client: Client): Promise<{ readonly child: Child; readonly port: number }> {
  const child = startChild(new URL(import.meta.url));
  const { port } = z.object({ port: z.int() }).parse(await child.ask(client));
  return { child, port };
}

async function serve(client: Client): Promise<{ readonly port: number }> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      response.writeHead(statusOf(client, request, Buffer.concat(parts))).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return z.object({ port: z.int() }).parse(server.address());
}

function statusOf(client: Client, { headers }: IncomingMessage, bytes: Buffer): number {
  const [, token = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const isToken = isPushToken(token, client, realClock.now());
  const isNamed = sameText(String(headers['x-api-key']), client.id);
  if (!isToken || !isNamed) return 401;
  return pushShape.safeParse(JSON.parse(bytes.toString())).success ? 202 : 400;
}

if (process.send !== undefined && process.argv[1]?.endsWith('bare.ts') === true) {
  answerParent(async (question) => await serve(clientShape.parse(question)));
}
