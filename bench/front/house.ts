// The house as a process of its own, with one fronted name and nothing else to do.
import { z } from 'zod';
import { createHttp, readFronts } from '#kit/http';
import { createLog } from '#kit/log';
import { answerParent, startChild, type Child } from '../parts/child.ts';

const wishShape = z.object({ name: z.string(), upstream: z.string(), certPem: z.string(), keyPem: z.string() });
type Wish = z.output<typeof wishShape>;

export async function startHouse(wish: Wish): Promise<{ readonly child: Child; readonly port: number }> {
  const child = startChild(new URL(import.meta.url));
  const { port } = z.object({ port: z.int() }).parse(await child.ask(wish));
  return { child, port };
}

async function serve({ name, upstream, ...pair }: Wish): Promise<{ readonly port: number }> {
  const fronts = readFronts([`${name}=${upstream}`]);
  if ('no' in fronts) throw new Error(fronts.no);
  const http = createHttp({
    settings: {
      host: '127.0.0.1',
      port: 0,
      tls: {
        from: {
          pairFor: () => pair,
          proofFor: () => Promise.resolve(null),
          stateOf: () => 'ready',
        },
        redirectPort: null,
      },
      trustedProxies: [],
      publicUrl: 'https://house.example',
      fronts,
    },
    log: createLog({ level: 'warn' }),
    ready: () => Promise.resolve(true),
  });
  return await http.listen();
}

if (process.send !== undefined && process.argv[1]?.endsWith('house.ts') === true) {
  answerParent(async (question) => await serve(wishShape.parse(question)));
}
