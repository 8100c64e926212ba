import { STATUS_CODES, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { ProxyServer } from 'httpxy';
import { requestHeaders, responseHeaders, type Asked } from './headers.ts';
import { keepTime, whyOf, type Line } from './lines.ts';
import type { PassNeeds } from './requests.ts';
import { statusOf, type Why } from './refusal.ts';

type Tunnel = { readonly asked: Asked; readonly line: Line; readonly socket: Socket };

/** WebSockets: two connections that become one, until either ends or nothing moves. */
export type Tunnels = {
  readonly open: (request: IncomingMessage, head: Buffer, tunnel: Tunnel) => void;
  /** Refused in one line: whoever asks for a tunnel reads no page. */
  readonly refuse: (socket: Socket, why: Why) => void;
  readonly endAll: () => void;
};

export function createTunnels(needs: PassNeeds): Tunnels {
  const { limits, log } = needs;
  const proxy = new ProxyServer();
  /** Those that have heard nothing yet, and may be told why. */
  const asking = new WeakMap<IncomingMessage, Tunnel>();
  const sockets = new Set<Socket>();

  proxy.on('proxyReqWs', (outgoing, request, socket) => {
    const tunnel = asking.get(request);
    if (tunnel !== undefined) attend(outgoing, tunnel, needs);
    outgoing.once('response', () => asking.delete(request));
    outgoing.once('upgrade', () => asking.delete(request));
    socket.once('close', () => outgoing.destroy());
  });
  proxy.on('error', (error, request) => {
    const tunnel = request === undefined ? undefined : asking.get(request);
    if (request === undefined || tunnel === undefined) return;
    asking.delete(request);
    const why = whyOf(error);
    log.warn('front', { host: tunnel.line.front.name, status: statusOf(why), why });
    refuse(tunnel.socket, why);
  });

  return {
    refuse,
    open: (request, head, tunnel) => {
      const { socket, line } = tunnel;
      if (line.underWay >= limits.underWayMax) {
        refuse(socket, 'busy');
        return;
      }
      line.underWay += 1;
      sockets.add(socket);
      socket.once('close', () => {
        line.underWay -= 1;
        sockets.delete(socket);
      });
      asking.set(request, tunnel);
      request.headers = requestHeaders(request.headers, tunnel.asked, true);
      const options = { target: line.target, agent: line.fresh, prependPath: false };
      proxy.ws(request, socket, options, head).catch(() => socket.destroy());
    },
    endAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function attend(outgoing: ClientRequest, { asked, line, socket }: Tunnel, needs: PassNeeds): void {
  const { limits, isFront } = needs;
  keepTime(outgoing, limits, () => socket.writableNeedDrain);
  // A server that answers instead of opening is heard like any other.
  outgoing.once('response', (incoming) => {
    incoming.headers = responseHeaders(incoming.headers, {
      client: asked.client,
      upstream: line.front.upstream,
      isFront,
      hsts: needs.hstsOf(asked.client),
      close: true,
    });
  });
  // The library lifts all limits of time at the opening.
  outgoing.once('upgrade', (_incoming, behind) => {
    setImmediate(() => tie(socket, behind, limits.idleTimeoutMs));
  });
}

function tie(socket: Socket, behind: Socket, idleTimeoutMs: number): void {
  const end = (): void => {
    socket.destroy();
    behind.destroy();
  };
  // What moves on one side moves on both.
  socket.setTimeout(idleTimeoutMs, end);
  socket.once('close', () => behind.destroy());
  // What it said last is still on its way.
  behind.once('close', () => socket.end());
  if (socket.destroyed) behind.destroy();
}

function refuse(socket: Socket, why: Why): void {
  const status = statusOf(why);
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
