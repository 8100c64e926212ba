import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A part of a bench that runs as a process of its own, so that it takes nothing from what is measured but its cores. */
export type Child = {
  readonly pid: number;
  /** One question at a time. */
  readonly ask: (question: object) => Promise<unknown>;
  readonly end: () => void;
};

const execArgv = ['--disable-warning=ExperimentalWarning', '--import', './scripts/tsx.ts'];
const project = fileURLToPath(new URL('../..', import.meta.url));

export function startChild(script: URL): Child {
  const child = fork(fileURLToPath(script), { execArgv, cwd: project, serialization: 'advanced' });
  return {
    pid: child.pid ?? 0,
    ask: (question) =>
      new Promise((resolve, reject) => {
        const gone = (code: number | null): void => reject(new Error(`a part of the bench ended with ${code}`));
        child.once('exit', gone);
        child.once('message', (answer) => {
          child.off('exit', gone);
          resolve(answer);
        });
        child.send(question);
      }),
    end: () => void child.kill(),
  };
}

/** The child's side: ends with its parent. */
export function answerParent(answer: (question: unknown) => Promise<object>): void {
  process.on('message', (question) => {
    void answer(question).then((answered) => process.send?.(answered));
  });
  process.once('disconnect', () => process.exit());
}
