import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { lotsOf, mutant } from './mutate.ts';
import { tryParser } from './parser.ts';
import { parsers } from './parsers.ts';

const runs = 250;
/** Of this thread, and far above what a parser takes: the first call of one may read a table. */
const msMax = 500;

suite('every parser of bytes from outside', () => {
  for (const parser of parsers) {
    test(`${parser.name}: whatever is damaged in a valid sample, it answers, or says no as it may`, async () => {
      for (const sample of parser.samples) assert.equal(await tryParser(parser, sample), null);
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const bytes = mutant(parser.samples, lotsOf(seed));
          const begun = process.threadCpuUsage();
          assert.equal(await tryParser(parser, bytes), null);
          assert.ok(process.threadCpuUsage(begun).user < msMax * 1_000, 'it took too long');
        }),
        { numRuns: Math.ceil(runs * parser.share) },
      );
    });
  }
});

test('every reader of a carrier is in the table of parsers', () => {
  const carriers = fileURLToPath(new URL('../../src/carriers/', import.meta.url));
  const readers = readdirSync(carriers).filter((name) => existsSync(`${carriers}${name}/read.ts`));
  assert.ok(readers.length > 0, 'no reader was seen');
  const names = new Set(parsers.map(({ name }) => name));
  assert.deepEqual(
    readers.filter((id) => !names.has(`carriers/${id}/read`)),
    [],
  );
});

test('the names of parsers are their own, and each has a sample', () => {
  assert.equal(new Set(parsers.map(({ name }) => name)).size, parsers.length);
  for (const { name, samples } of parsers) assert.ok(samples.length > 0, name);
});

test('a parser that throws, or takes for ever, is found', async () => {
  const broken = { name: 'broken', samples: [], faults: [], share: 1, parse: () => assert.fail('bug') };
  assert.equal((await tryParser(broken, new Uint8Array(0)))?.message, 'bug');
  const seen = new Set(
    Array.from({ length: 200 }, (_, seed) => mutant([Buffer.from('{"a":1}')], lotsOf(seed)).toString()),
  );
  assert.ok(seen.size > 150, 'mutants differ');
});
