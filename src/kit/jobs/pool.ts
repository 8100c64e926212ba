import { Pool, type PoolClient } from 'pg';

type Callback = Parameters<Pool['connect']>[0];

/**
 * Connections for graphile-worker. Whoever asks hears what broke; without listeners here the process would end.
 * @param connectionsMax at a time
 */
export function openPool(connectionString: string, connectionsMax: number): Pool {
  const pool = new ForgivingPool({ connectionString, max: connectionsMax, application_name: 'glasspost jobs' });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * graphile-worker 0.18.0 gives its listening connection back twice when that breaks while it stops (`listenForChanges`: once
 * to stop, once for the error), and pg throws at the second time, in a promise that nobody waits for: that would end the
 * process. Here the second time does nothing, also when somebody else has the connection by then.
 */
class ForgivingPool extends Pool {
  override connect(): Promise<PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<PoolClient> | void {
    if (callback === undefined) {
      return super.connect().then((client) => {
        lendOnce(client);
        return client;
      });
    }
    super.connect((error, client, release) => {
      if (client === undefined) callback(error, client, release);
      else callback(error, client, lendOnce(client));
    });
  }
}

/** @returns what gives it back, for this time that it is lent */
function lendOnce(client: PoolClient): PoolClient['release'] {
  const release = client.release.bind(client);
  let isGivenBack = false;
  const giveBack: PoolClient['release'] = (destroy) => {
    if (isGivenBack) return;
    isGivenBack = true;
    release(destroy);
  };
  client.release = giveBack;
  return giveBack;
}
