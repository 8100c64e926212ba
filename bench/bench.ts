// `npm run bench [-- NAME … --file PATH --rounds COUNT --cases COUNT]`: measures the product's own path against a
// reference in the same run, and prints figures. `--file`: the orders of real-orders, which are not part of this project.
// `--rounds`: of ledger-kills, 1,000. `--cases`: of gate, a million.
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { figure, sayFigure, type Figure } from './parts/figures.ts';

type Bench = { readonly run: () => Promise<readonly Figure[]> };

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  writer: () => import('./writer.ts'),
  bulk: () => import('./bulk.ts'),
  pushes: () => import('./pushes.ts'),
  ack: () => import('./ack.ts'),
  storage: () => import('./storage.ts'),
  links: () => import('./links.ts'),
  pages: () => import('./pages.ts'),
  mails: () => import('./mails.ts'),
  latency: () => import('./latency.ts'),
  front: () => import('./front/front.ts'),
  ledger: () => import('./ledger/ledger.ts'),
  thief: () => import('./thief/thief.ts'),
  verifier: () => import('./ledger/verifier.ts'),
  rights: () => import('./rights/rights.ts'),
  faq: () => import('./faq/faq.ts'),
  reviews: () => import('./reviews/reviews.ts'),
  'ledger-kills': () => Promise.resolve({ run: ledgerKills }),
  renewals: () => import('./renewals/renewals.ts'),
  scans: () => import('./scans/speed.ts'),
  testssl: () => import('./scans/agreement.ts'),
  fuzz: () => import('./fuzz.ts'),
  keys: () => import('./keys/keys.ts'),
  gate: () => Promise.resolve({ run: gate }),
  kills: () => Promise.resolve({ run: thousandKills }),
  'real-orders': () => Promise.resolve({ run: realOrders }),
};

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { file: { type: 'string' }, rounds: { type: 'string' }, cases: { type: 'string' } },
});

async function realOrders(): Promise<readonly Figure[]> {
  const { run } = await import('./real-orders/real-orders.ts');
  return await run(options.file);
}

/** A million unless fewer are said. */
async function gate(): Promise<readonly Figure[]> {
  const { run } = await import('./gate/gate.ts');
  return await (options.cases === undefined ? run() : run(Number(options.cases)));
}

async function ledgerKills(): Promise<readonly Figure[]> {
  const { runAlone } = await import('./ledger/kills.ts');
  const rounds = Number(options.rounds ?? 1_000);
  const report = await runAlone({
    rounds,
    msMax: Number.POSITIVE_INFINITY,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  for (const line of report.wrong) process.stderr.write(`${line}\n`);
  return [
    figure('kills', report.kills),
    figure('of the database too', report.databaseKills),
    figure('records with an entry each', report.records),
    figure('checkpoints seen by a stranger', report.seen),
    figure('things wrong', report.wrong.length, { aim: 0 }),
  ];
}

/** Takes a quarter of an hour: the long way of what `npm test` does fifty times. */
async function thousandKills(): Promise<readonly Figure[]> {
  const { run } = await import('./kills.ts');
  const report = await run(1_000, { withDeliveries: true, log: (line) => process.stderr.write(`${line}\n`) });
  const { rounds, expected, mails, missed, doubled, repeats } = report;
  return [
    figure('kills', rounds),
    figure('facts that must be told', expected),
    figure('mails', mails),
    figure('missed', missed.length, { aim: 0 }),
    figure('doubled', doubled.length, { aim: 0 }),
    figure('again under the same Message-ID', repeats),
  ];
}

const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no bench called ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.\n`,
  );
  process.exit(1);
}
const gibibytes = Math.round(totalmem() / 2 ** 30);
process.stdout.write(
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${gibibytes} GiB\n`,
);
for (const [name, load] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const begun = performance.now();
  const bench = await load();
  const figures = await bench.run();
  process.stdout.write(`\n${name} (${Math.round((performance.now() - begun) / 1_000)} s)\n`);
  for (const one of figures) process.stdout.write(`  ${sayFigure(one)}\n`);
}
