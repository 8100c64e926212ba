import { runCommand } from '#cli';
import { Fault } from '#kit/fault';
import type { Program } from './program.ts';
import { readSettings, shownSettings } from './settings.ts';

/** Everything must have ended by then; whatever hangs is left behind, and what was acknowledged is committed. */
const stopTimeoutMs = 4_500;

const words = process.argv.slice(2);

if (words.length === 0 || words[0] === 'serve') await serve();
else process.exitCode = await command();

async function serve(): Promise<void> {
  const opening: Promise<Program> = import('./program.ts').then((program) => program.openProgram(readSettings()));
  let stopping = false;
  const stop = (code: number): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopTimeoutMs).unref();
    closing(opening).then(
      () => process.exit(code),
      (error: unknown) => {
        fail(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', () => stop(0));
  process.on('SIGTERM', () => stop(0));
  // npm may be gone without having passed a signal on; then nobody could stop this any more.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop(0);
  }, 1_000).unref();
  try {
    const lines = await (await opening).serve();
    process.stdout.write(`${lines.join('\n')}\n`);
  } catch (error) {
    // Whoever stops it while it starts pulls the ground from under it: that is no failure.
    if (!stopping) fail(error);
    stop(1);
  }
}

/** Ends what has begun, also when it is still beginning. */
async function closing(opening: Promise<Program>): Promise<void> {
  const program = await opening.catch(() => null);
  await program?.stop();
}

async function command(): Promise<number> {
  try {
    return await runCommand(words, {
      out: (line) => process.stdout.write(`${line}\n`),
      err: (line) => process.stderr.write(`${line}\n`),
      settings: () => shownSettings(),
      routes: async () => await (await import('./program.ts')).sampleRoutes(readSettings()),
      withHouse: async (work) => {
        const { withOpenedHouse } = await import('./program.ts');
        return await withOpenedHouse(readSettings(), work);
      },
    });
  } catch (error) {
    fail(error);
    return 1;
  }
}

function fail(error: unknown): void {
  process.exitCode = 1;
  if (error instanceof Fault) process.stderr.write(`${error.publicText}\n`);
  else process.stderr.write(`Glasspost stopped over a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
}
