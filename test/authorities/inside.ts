// Runs inside a network of its own, beside a program: carries connections between that network's ports and sockets in
// the file system, which reach across networks. Ends with the program, and the program with it.
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';

export type Place = { readonly path: string } | { readonly host: string; readonly port: number };

export type Inside = {
  readonly command: readonly [string, ...string[]];
  readonly carried: readonly { readonly from: Place; readonly to: Place }[];
};

const { command, carried } = JSON.parse(process.argv[2] ?? '') as Inside;

for (const { from, to } of carried) {
  const server = createServer((socket) => {
    const onward = connect(to);
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  server.listen(from);
}

const [program, ...args] = command;
spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] }).on('exit', (code) => process.exit(code ?? 1));
