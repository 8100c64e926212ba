// A process of a house as far as certificates go: the keeping of them and the real server, on ports that an authority looks at.
import { request as plainRequest, type IncomingHttpHeaders } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { openKeyring } from '#keys';
import { realClock, type Clock } from '#kit/clock';
import { openDatabase, type Database } from '#kit/database';
import { createEgress, type EgressRoute } from '#kit/egress';
import { answer, anyone, createHttp } from '#kit/http';
import { createWorkerJobs } from '#kit/jobs';
import { createLog, type Log } from '#kit/log';
import { createTls, type Tls, type TlsNeeds, type WantedCertificates } from '#tls';

export type NodeNeeds = {
  readonly databaseUrl: string;
  readonly keysFolder: string;
  readonly httpsPort: number;
  readonly plainPort: number;
  readonly wanted: WantedCertificates;
  readonly route: EgressRoute;
};

export type TlsNode = {
  readonly tls: Tls;
  readonly database: Database;
  /** From when on it orders what is missing. */
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
};

type Fakes = {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly send?: TlsNeeds['send'];
  readonly audit?: TlsNeeds['audit'];
};

export async function openTlsNode(needs: NodeNeeds, fakes: Fakes = {}): Promise<TlsNode> {
  const { databaseUrl: url, wanted, route, httpsPort, plainPort } = needs;
  const log = fakes.log ?? createLog({ level: 'silent' });
  const database = openDatabase({ url });
  const keyring = await openKeyring({ folder: needs.keysFolder, database });
  const jobs = createWorkerJobs({ database, url, log: () => {} });
  const egress = createEgress({ log });
  const tls = createTls({
    ...{ database, keyring, jobs, log, wanted },
    clock: fakes.clock ?? realClock,
    send: fakes.send ?? ((asked) => egress.send(asked, route)),
    audit: fakes.audit ?? (async () => {}),
  });
  const http = createHttp({
    settings: {
      ...{
        host: '127.0.0.1',
        port: httpsPort,
        trustedProxies: [],
        publicUrl: `https://${wanted.names[0] ?? '127.0.0.1'}:${httpsPort}`,
      },
      // Without names of its own it stands behind a proxy of this machine.
      tls: tls.source === null ? null : { from: tls.source, redirectPort: plainPort },
    },
    proofFor: tls.proofFor,
    log,
    ready: async () => true,
    hsts: tls.hstsHeader,
  });
  const usual = { method: 'GET', audience: 'people', admit: anyone, takes: 'nothing' } as const;
  http.route({ ...usual, path: '/', limit: 'push', handle: () => answer.text(String(process.pid)) });
  await http.listen();
  return {
    tls,
    database,
    start: async () => {
      await jobs.start();
      await tls.start('now');
    },
    close: async () => {
      await http.close();
      await jobs.stop();
      await tls.stop();
      await database.close();
    },
  };
}

/** A handshake by a client that believes this root alone and looks at names and times, as browsers do. */
export function shake(port: number, servername: string, ca: string, more: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', servername, ca, ...more }, () => {
      socket.end();
      resolve(socket);
    });
    socket.on('error', reject);
  });
}

export type Got = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };

export function get(port: number, host: string, ca: string, more: RequestOptions = {}, sent = ''): Promise<Got> {
  return new Promise((resolve, reject) => {
    const options = {
      port,
      host: '127.0.0.1',
      servername: host,
      headers: { host },
      path: '/',
      ca,
      agent: false,
      ...more,
    };
    request(options, (incoming) => {
      const { statusCode: status = 0, headers } = incoming;
      text(incoming).then((body) => resolve({ status, headers, text: body }), reject);
    })
      .on('error', reject)
      .end(sent);
  });
}

export function getPlain(
  port: number,
  host: string,
  path: string,
  method = 'GET',
  more: Readonly<Record<string, string>> = {},
) {
  return new Promise<Got>((resolve, reject) => {
    plainRequest({ port, host: '127.0.0.1', headers: { host, ...more }, path, method, agent: false }, (incoming) => {
      const { statusCode: status = 0, headers } = incoming;
      text(incoming).then((body) => resolve({ status, headers, text: body }), reject);
    })
      .on('error', reject)
      .end();
  });
}

/** Whether a browser would get the page of this name. */
export const isServed = (port: number, name: string, ca: string) => (): Promise<boolean> =>
  get(port, name, ca).then(
    ({ status }) => status === 200,
    () => false,
  );

/** @throws when it does not come about in time */
export async function until(what: string, holds: () => Promise<boolean>, msMax = 60_000): Promise<void> {
  const limit = performance.now() + msMax;
  while (!(await holds())) {
    if (performance.now() > limit) throw new Error(`never came: ${what}`);
    await pause(10);
  }
}

/** Staff at the command line: the same data, no doors and no jobs of its own. */
export async function openStaff(
  needs: NodeNeeds,
): Promise<Pick<Tls, 'renewNow' | 'revoke' | 'list'> & { readonly close: () => Promise<void> }> {
  const database = openDatabase({ url: needs.databaseUrl });
  const keyring = await openKeyring({ folder: needs.keysFolder, database });
  const log = createLog({ level: 'silent' });
  const egress = createEgress({ log });
  const jobs = createWorkerJobs({ database, url: needs.databaseUrl, log: () => {} });
  const tls = createTls({
    ...{ database, keyring, jobs, log, wanted: needs.wanted, clock: realClock },
    send: (asked) => egress.send(asked, needs.route),
    audit: async () => {},
  });
  return { ...tls, close: database.close };
}
