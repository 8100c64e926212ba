import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest, type RouteOptions } from 'fastify';
import { Fault } from '#kit/fault';
import type { ReadClient } from './client.ts';
import { checkContent, createHeadReader, isPlainTarget, requestOf } from './incoming.ts';
import { createExit, lineOf, type Audience, type Exit, type ExitNeeds } from './outgoing.ts';
import { Refusal } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';
import type { RequestHead, Route } from './route.ts';
import type { LeadToSecure } from './tls/plain-visit.ts';
import type { Pace } from './upload/pace.ts';

export type ShellNeeds = ExitNeeds & {
  readonly createServer: (listener: RequestListener) => Server;
  readonly scheme: 'http' | 'https';
  readonly readClient: ReadClient;
  readonly leadToSecure: LeadToSecure;
  readonly rateLimit: Pick<RateLimit, 'admit'>;
  readonly pace: Pace;
  readonly bodyBytesMax: number;
  /** Routes that are asked so often that their requests are not logged. */
  readonly quietPaths: ReadonlySet<string>;
};

/** Fastify, and the way from its requests to routes and back. */
export type Shell = {
  readonly app: FastifyInstance;
  readonly mount: <Who>(route: Route<Who>) => void;
  readonly routes: () => readonly { readonly method: string; readonly path: string }[];
  /** After the last route: every other method on their paths is answered 405. */
  readonly seal: () => void;
  readonly drain: Exit['drain'];
};

type Mounted = Pick<Route<unknown>, 'method' | 'path' | 'audience'>;
type Fail = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

const parameterCharactersMax = 512;

export function createShell(needs: ShellNeeds): Shell {
  const mounted: Mounted[] = [];
  const exit = createExit(needs);
  const headOf = createHeadReader(needs);
  const failFor =
    (audience: Audience): Fail =>
    (error, request, reply) =>
      exit.fail({ request, reply, head: headOf(request) }, error, audience);
  const app = createApp(needs, headOf, (error, request, reply) => {
    const head = headOf(request);
    exit.fail({ request, reply, head }, error, audienceAt(head.path, mounted));
  });
  app.addHook('onRequest', async (request, reply) => {
    if (needs.quietPaths.has(lineOf(request).route)) return;
    const head = headOf(request);
    const led = needs.leadToSecure(request.raw.socket.remoteAddress ?? '', head, request.raw.url ?? '');
    if (led === null) return;
    exit.send({ request, reply, head }, led);
    return reply;
  });

  return {
    app,
    mount: (route) => {
      mounted.push({ method: route.method, path: route.path, audience: route.audience });
      mountOn(app, route, { ...needs, exit, headOf, fail: failFor(route.audience) });
    },
    routes: () => mounted.map(({ method, path }) => ({ method, path })),
    seal: () => {
      for (const [path, there] of Map.groupBy(mounted, (route) => route.path)) {
        refuseOthers(app, path, allowedBy(there), failFor(there[0]?.audience ?? 'people'));
      }
    },
    drain: exit.drain,
  };
}

function createApp(needs: ShellNeeds, headOf: (request: FastifyRequest) => RequestHead, fail: Fail): FastifyInstance {
  const { log, quietPaths, bodyBytesMax } = needs;
  const app = fastify({
    serverFactory: (handler) => needs.createServer(handler),
    bodyLimit: bodyBytesMax,
    // Answers during the close are ordinary ones that end their connection.
    return503OnClosing: false,
    requestIdHeader: false,
    routerOptions: { maxParamLength: parameterCharactersMax, querystringParser: () => ({}) },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, request, reply) => {
      fail(error, request, reply);
      log.info('request', { ...lineOf(request), status: reply.statusCode });
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setNotFoundHandler((request, reply) => {
    needs.rateLimit.admit('page', headOf(request).client.address);
    fail(new Fault('not_found', 'There is nothing at this address.'), request, reply);
  });
  app.setErrorHandler(fail);
  app.addHook('onResponse', (request, reply, done) => {
    const line = { ...lineOf(request), status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    if (!quietPaths.has(line.route)) log.info('request', line);
    done();
  });
  return app;
}

function mountOn<Who>(
  app: FastifyInstance,
  route: Route<Who>,
  way: {
    readonly exit: Exit;
    readonly headOf: (request: FastifyRequest) => RequestHead;
    readonly fail: Fail;
    readonly rateLimit: Pick<RateLimit, 'admit'>;
    readonly pace: Pace;
    readonly bodyBytesMax: number;
  },
): void {
  const limit = route.limit ?? (route.audience === 'people' ? 'page' : 'machine');
  const admitted = new WeakMap<FastifyRequest, { readonly who: Who }>();
  const bodyBytesMax = route.bodyBytesMax ?? way.bodyBytesMax;
  const options: RouteOptions = {
    method: route.method,
    url: route.path,
    bodyLimit: bodyBytesMax,
    errorHandler: way.fail,
    onRequest: async (request) => {
      const head = way.headOf(request);
      checkTarget(request, head);
      if (limit !== 'by caller') way.rateLimit.admit(limit, head.client.address);
      admitted.set(request, { who: await route.admit(head) });
      checkContent(route.takes, head.headers);
    },
    handler: async (request, reply) => {
      const head = way.headOf(request);
      const box = admitted.get(request);
      if (box === undefined) throw new Error('a request came past its admission');
      const whole = requestOf(head, request.body, bodyBytesMax, () => way.pace.upload(request.raw));
      const answered = await Promise.resolve(route.handle(whole, box.who)).finally(() => {
        if (route.takes !== 'file') return;
        // What nobody read of a file is dropped, or its sender would never come to hear the answer.
        way.pace.ordinary(request.raw);
        request.raw.resume();
      });
      way.exit.send({ request, reply, head }, answered);
      return reply;
    },
  };
  if (route.takes !== 'file') app.route(options);
  else takeStream(app, options);
}

/** A route whose body is handed on as it comes, in a room of its own: the others read theirs whole. */
function takeStream(app: FastifyInstance, options: RouteOptions): void {
  app.register((room, _options, done) => {
    room.removeAllContentTypeParsers();
    room.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    room.route(options);
    done();
  });
}

/** @throws Fault('invalid') */
function checkTarget({ raw }: FastifyRequest, { path }: RequestHead): void {
  if (!isPlainTarget(raw.rawHeaders, path)) throw new Fault('invalid', 'The request cannot be read.');
}

/** Where no route is, the first part of the path tells: it is for machines when theirs begin so. */
function audienceAt(path: string, mounted: readonly Mounted[]): Audience {
  const first = path.split('/', 2)[1];
  const machines = mounted.some((route) => route.audience === 'machines' && route.path.split('/', 2)[1] === first);
  return machines ? 'machines' : 'people';
}

function allowedBy(there: readonly Mounted[]): readonly string[] {
  const methods = there.map(({ method }) => method);
  return there.some(({ method }) => method === 'GET') ? [...methods, 'HEAD'] : methods;
}

function refuseOthers(app: FastifyInstance, path: string, allowed: readonly string[], fail: Fail): void {
  const refuse = (): Promise<never> => {
    const detail = `This address takes ${allowed.join(', ')}.`;
    return Promise.reject(new Refusal(405, 'method', detail, { allow: allowed.join(', ') }));
  };
  app.route({
    method: app.supportedMethods.filter((method) => !allowed.includes(method)),
    url: path,
    exposeHeadRoute: false,
    errorHandler: fail,
    onRequest: refuse,
    handler: refuse,
  });
}

const unreadable: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** What is not HTTP, too slow or too long never becomes a request; it gets one line and the door. */
function answerUnreadable(error: { readonly code: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = unreadable[error.code] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
