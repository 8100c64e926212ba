import { Client } from 'pg';
import { asConnectFault } from './faults.ts';

const reconnectMs = 1_000;

type Needs = {
  readonly url: string;
  readonly channel: string;
  readonly connectTimeoutMs: number;
  readonly heard: (payload: string) => void;
  readonly log: (line: string) => void;
};

/**
 * One connection that only listens, opened again for as long as the program runs.
 * @throws Fault('unavailable') when the first one does not come about; later ones are tried until they do
 */
export async function openListener(needs: Needs): Promise<() => Promise<void>> {
  let closed = false;
  let current: Client | null = null;
  let timer: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const client = clientOf(needs);
    client.on('notification', (message) => needs.heard(message.payload ?? ''));
    client.on('error', () => lose(client));
    client.on('end', () => lose(client));
    current = client;
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(needs.channel)}`);
  };
  const lose = (client: Client): void => {
    if (closed || current !== client) return;
    current = null;
    end(client);
    timer = setTimeout(() => {
      connect().then(
        () => needs.heard(''),
        () => {
          needs.log('cannot listen to the database; trying again');
          if (current !== null) lose(current);
        },
      );
    }, reconnectMs);
  };
  const close = async (): Promise<void> => {
    closed = true;
    clearTimeout(timer);
    const last = current;
    current = null;
    if (last !== null) await last.end().catch(() => {});
  };
  try {
    await connect();
  } catch (error) {
    void close();
    throw asConnectFault(error);
  }
  return close;
}

function clientOf(needs: Needs): Client {
  return new Client({
    connectionString: needs.url,
    application_name: 'glasspost listen',
    connectionTimeoutMillis: needs.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
}

/** It is broken already; how it ends is of no interest. */
function end(client: Client): void {
  client.end().catch(() => {});
}
