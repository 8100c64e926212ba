// `openTlsNode` as a process of its own: its needs come as JSON, `ready` goes out when it orders what is missing.
import { setTimeout as pause } from 'node:timers/promises';
import { realClock } from '#kit/clock';
import { createEgress } from '#kit/egress';
import { createLog } from '#kit/log';
import { openTlsNode, type NodeNeeds } from './tls-node.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the test that starts it wrote it
const needs = JSON.parse(process.argv[2] ?? '') as NodeNeeds & { readonly dieAt: string | null };
/** Time for another process to come and find that this one is at work. */
const deathMs = 3_000;
const log = createLog({ level: 'silent' });
const egress = createEgress({ log });

const node = await openTlsNode(needs, {
  clock: realClock,
  send: async (request) => {
    const answered = await egress.send(request, needs.route);
    if (needs.dieAt === null || !request.url.includes(needs.dieAt)) return answered;
    // As whoever pulls the plug in the middle: nothing is ended, nothing is said.
    await pause(deathMs);
    process.kill(process.pid, 'SIGKILL');
    return await new Promise(() => {});
  },
});
await node.start();
process.stdout.write('ready\n');
