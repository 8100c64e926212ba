// Clients that ask again and again, as browsers do: each looks at name, chain and time of what it is shown.
import { X509Certificate } from 'node:crypto';
import { Agent, request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';

export type Load = {
  /** Certificates that took the place of another, as the clients saw it. */
  readonly renewals: () => number;
  readonly end: () => Promise<{
    readonly asked: number;
    readonly failed: readonly string[];
    readonly renewals: number;
  }>;
};

/** All of them come from one address, which may not ask for more than the limits of requests allow. */
const pauseMs = 10;

type Given = {
  readonly port: number;
  readonly names: readonly string[];
  readonly root: string;
  readonly clients: number;
};

/** Each client has a new connection for every request, but for the first, which keeps its own for as long as it holds. */
export function loadOn({ port, names, root, clients }: Given): Load {
  const state = { asked: 0, ended: false };
  const failed: string[] = [];
  const seen = new Map(names.map((name) => [name, new Set<string>()]));
  const keeping = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (name: string, agent: Agent | false): Promise<void> =>
    new Promise((resolve) => {
      const fail = (why: string): void => {
        failed.push(`${name}: ${why}`);
        resolve();
      };
      const options = { port, host: '127.0.0.1', servername: name, headers: { host: name }, ca: root, agent };
      request({ ...options, timeout: 5_000 }, (answer) => {
        const { raw } = (answer.socket as TLSSocket).getPeerCertificate();
        if (agent === false && raw !== undefined) note(name, new X509Certificate(raw));
        if (answer.statusCode !== 200) fail(`status ${answer.statusCode}`);
        answer.resume().once('end', resolve);
      })
        .on('error', (error) => fail('code' in error ? String(error.code) : error.message))
        .end();
    });
  /** The client has looked at it too; this one says which. */
  const note = (name: string, certificate: X509Certificate): void => {
    if (certificate.validToDate.getTime() <= Date.now() - 1_000) failed.push(`${name}: ended ${certificate.validTo}`);
    seen.get(name)?.add(certificate.serialNumber);
  };
  const run = async (client: number): Promise<void> => {
    for (let turn = client; !state.ended; turn += 1) {
      state.asked += 1;
      await ask(names[turn % names.length] ?? '', client === 0 ? keeping : false);
      await pause(pauseMs);
    }
  };
  const running = Promise.all(Array.from({ length: clients }, (_, client) => run(client)));
  const renewals = (): number => [...seen.values()].reduce((sum, { size }) => sum + Math.max(size - 1, 0), 0);
  return {
    renewals,
    end: async () => {
      state.ended = true;
      await running;
      keeping.destroy();
      return { asked: state.asked, failed, renewals: renewals() };
    },
  };
}
