import { Agent, get } from 'node:http';

/** Milliseconds since 1970 with fractions, the same for every process of this machine. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Customers' pages that are open: when each was told that something changed, oldest first. */
export type OpenPages = { readonly heardMs: ReadonlyMap<string, readonly number[]>; readonly close: () => void };

/** @param paths of customers' pages, by the name that each is remembered by */
export async function openPages(port: number, paths: ReadonlyMap<string, string>): Promise<OpenPages> {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const heardMs = new Map<string, number[]>();
  let place = 0;
  for (const [name, path] of paths) {
    const heard: number[] = [];
    heardMs.set(name, heard);
    place += 1;
    // As a proxy says it: each customer has an address of their own.
    const headers = { 'x-forwarded-for': `198.18.${place >> 8}.${place & 255}` };
    await new Promise<void>((opened, failed) => {
      const call = get({ host: '127.0.0.1', port, path: `${path}/live`, agent, headers }, (answer) => {
        if (answer.statusCode !== 200) {
          failed(new Error(`a page does not open: ${answer.statusCode}`));
          return;
        }
        answer.setEncoding('utf8').on('data', (text: string) => {
          const at = nowMs();
          heard.push(...Array.from(text.matchAll(/^data: changed$/gmu), () => at));
        });
        answer.on('error', () => {});
        opened();
      });
      call.once('error', failed);
    });
  }
  return { heardMs, close: () => agent.destroy() };
}
