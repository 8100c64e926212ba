import type { AddressInfo, Server } from 'node:net';

/** A server on loopback that is gone when the test that holds it is over. */
export type Zoo = { readonly port: number; readonly [Symbol.dispose]: () => void };

export async function listening(server: Server): Promise<Zoo> {
  await new Promise<void>((ready, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', ready);
  });
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.dispose]: () => server.close() };
}
