import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { run } from '../../bench/kills.ts';

const skip = !existsSync('/proc/self/environ') && 'there is no /proc to see how the database was started';
const kills = 11;
/** A busy machine kills less often, and says how often. `npm run bench -- kills` does more. */
const killingMsMax = 20_000;
const killsMin = 3;
/** A mail server has said yes and the program has not written it down: so many mails are under way at once. */
const underWayMax = 8;

test(
  `A program that is killed up to ${kills} times at random, and its database now and then, tells every fact once.`,
  { skip, timeout: 280_000 },
  async (t) => {
    const report = await run(kills, { msMax: killingMsMax });
    t.diagnostic(
      `${report.rounds} kills, ${report.databaseKills} of them of the database too; ${report.scansAnswered} scans answered, ` +
        `${report.expected} facts to tell, ${report.mails} mails, ${report.corrections} corrections, ` +
        `${report.repeats} repeats, drained in ${report.drainedMs} ms`,
    );
    assert.ok(report.rounds >= killsMin, `${report.rounds} kills only`);
    assert.ok(report.expected > 3, 'the shop was hardly served');
    assert.deepEqual(report.missed, []);
    assert.deepEqual(report.doubled, []);
    assert.deepEqual(report.unexpected, []);
    assert.equal(report.repeatsWithoutKill, 0);
    assert.ok(
      report.repeatsOfOneKillMax <= underWayMax,
      `${report.repeatsOfOneKillMax} mails came again after one kill`,
    );
  },
);
