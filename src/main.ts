import { runCommand } from '#cli';
import { Fault } from '#kit/fault';
import type { Program } from './program.ts';
import { isRunByNpm, readSettings, settingsAsRead, shownSettings } from './settings.ts';

/** Everything must have ended by then; whatever hangs is left behind, and what was acknowledged is committed. */
const stopTimeoutMs = 4_500;
const parentCheckMs = 1_000;

const words = process.argv.slice(2);

if (words.length === 0 || words[0] === 'serve') await serve();
else process.exitCode = await command();

async function serve(): Promise<void> {
  const stopped = new AbortController();
  const opening: Promise<Program> = import('./program.ts').then(async (program) => {
    const settings = readSettings();
    await program.confine(settings, stopped.signal);
    return await program.openProgram(settings, { stopped: stopped.signal });
  });
  const stop = (code: number): void => {
    if (stopped.signal.aborted) return;
    stopped.abort();
    setTimeout(() => process.exit(1), stopTimeoutMs).unref();
    closing(opening).then(
      () => process.exit(code),
      (error: unknown) => {
        fail(error);
        process.exit(1);
      },
    );
  };
  const failed = (error: unknown): void => {
    // Whoever stops it while it works pulls the ground from under it: that is no failure.
    if (!stopped.signal.aborted) fail(error);
    stop(1);
  };
  onSignal(() => stop(0));
  // Even a bug must not leave the database behind.
  process.on('uncaughtException', failed);
  if (isRunByNpm()) watchParent(() => stop(0));
  try {
    const lines = await (await opening).serve();
    process.stdout.write(`${lines.join('\n')}\n`);
  } catch (error) {
    failed(error);
  }
}

/** Ctrl-C, the word of a service manager, and a terminal that was closed. */
function onSignal(stop: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

/** npm may be gone without having passed a signal on; then nobody at the terminal could stop this any more. */
function watchParent(gone: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) gone();
  }, parentCheckMs).unref();
}

/** Ends what has begun, also when it is still beginning. */
async function closing(opening: Promise<Program>): Promise<void> {
  const program = await opening.catch(() => null);
  await program?.stop();
}

async function command(): Promise<number> {
  let read: ReturnType<typeof readSettings> | null = null;
  const settings = (): ReturnType<typeof readSettings> => (read ??= readSettings());
  try {
    return await runCommand(words, {
      out: (line) => process.stdout.write(`${line}\n`),
      err: (line) => process.stderr.write(`${line}\n`),
      settings: () => shownSettings(),
      routes: async () => (await import('./program.ts')).sampleRoutes(settings()),
      examine: async () => {
        const { examineInstallation } = await import('./program.ts');
        const stopped = new AbortController();
        onSignal(() => stopped.abort());
        return await examineInstallation(settingsAsRead(), { stopped: stopped.signal });
      },
      restore: async (how) => {
        const { restoreInstallation } = await import('./program.ts');
        const stopped = new AbortController();
        onSignal(() => stopped.abort());
        return await restoreInstallation(settings(), how, { stopped: stopped.signal });
      },
      withHouse: async (work) => {
        const { withOpenedHouse } = await import('./program.ts');
        // What is being written is written to its end, and the database that was started for it is ended.
        const stopped = new AbortController();
        onSignal(() => stopped.abort());
        return await withOpenedHouse(settings(), work, { stopped: stopped.signal });
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
