import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Fault } from '#kit/fault';
import { chooseAccount } from './account.ts';
import { readPostmaster } from './postmaster.ts';
import { postgresArguments } from './settings.ts';
import { isSocketFolderOf, makeSocketFolder, removeSocketFolder } from './socket-folder.ts';
import { worldFault } from './troubles.ts';

const passwd = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/sbin/nologin\n';
const postgres = 'postgres:x:101:104::/var/lib/postgresql:/bin/bash\n';

test('an ordinary user runs the database, and root steps down', () => {
  assert.equal(chooseAccount({ starterUid: 1000, owner: null, passwd }), null);
  assert.equal(chooseAccount({ starterUid: 1000, owner: { uid: 1000, gid: 1000 }, passwd }), null);
  assert.deepEqual(chooseAccount({ starterUid: 0, owner: null, passwd }), { uid: 65_534, gid: 65_534 });
  assert.deepEqual(chooseAccount({ starterUid: 0, owner: null, passwd: passwd + postgres }), { uid: 101, gid: 104 });
  const glasspost = 'glasspost:x:900:901::/:/sbin/nologin\n';
  assert.deepEqual(chooseAccount({ starterUid: 0, owner: null, passwd: passwd + postgres + glasspost }), {
    uid: 900,
    gid: 901,
  });
});

test('root keeps to the user whose database it is', () => {
  const owner = { uid: 1000, gid: 1001 };
  assert.deepEqual(chooseAccount({ starterUid: 0, owner, passwd: passwd + postgres }), owner);
});

test('nobody to step down to, and a database of someone else, are sentences', () => {
  const faults: readonly [() => unknown, string][] = [
    [() => chooseAccount({ starterUid: 0, owner: null, passwd: 'root:x:0:0::/root:/bin/sh' }), 'unavailable'],
    [
      () => chooseAccount({ starterUid: 0, owner: null, passwd: 'postgres:x:0:0::/:/bin/sh\nnobody:x::\n' }),
      'unavailable',
    ],
    [() => chooseAccount({ starterUid: 0, owner: { uid: 0, gid: 0 }, passwd }), 'conflict'],
    [() => chooseAccount({ starterUid: 1000, owner: { uid: 101, gid: 104 }, passwd }), 'conflict'],
  ];
  for (const [act, code] of faults) assert.throws(act, (error) => error instanceof Fault && error.code === code);
});

test('postmaster.pid is read as PostgreSQL writes it, whole or in part', () => {
  const whole = '4711\n/data/cluster\n1795367650\n5432\n/tmp/glasspost-abc123\n\n  2147663         4\nready   \n';
  assert.deepEqual(readPostmaster(whole), { pid: 4711, socketFolder: '/tmp/glasspost-abc123', ready: true });
  assert.equal(readPostmaster(whole.replace('ready', 'starting'))?.ready, false);
  for (const part of [
    '',
    '4711\n',
    '4711\n/data\n17953\n5432\n',
    whole.replace('4711', '1'),
    whole.replace('4711', '-4711'),
  ]) {
    assert.equal(readPostmaster(part), null, part);
  }
});

test('postmaster.pid may hold anything', () => {
  const line = fc.oneof(fc.string(), fc.integer().map(String), fc.constant('ready'));
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const found = readPostmaster(lines.join('\n'));
      assert.ok(found === null || (Number.isSafeInteger(found.pid) && found.pid > 1));
    }),
  );
});

test('the socket folder is short, closed to others, and taken away only when it is one', () => {
  const folder = makeSocketFolder(null);
  const owner = { uid: lstatSync(folder).uid, gid: lstatSync(folder).gid };
  assert.ok(join(folder, '.s.PGSQL.5432').length <= 103);
  assert.equal(lstatSync(folder).mode & 0o777, 0o700);
  assert.equal(isSocketFolderOf(owner, folder), true);
  assert.equal(isSocketFolderOf({ ...owner, uid: owner.uid + 1 }, folder), false, 'laid by another user');
  chmodSync(folder, 0o755);
  assert.equal(isSocketFolderOf(owner, folder), false, 'opened to others');
  removeSocketFolder(folder);
  assert.equal(existsSync(folder), false);
  assert.equal(isSocketFolderOf(owner, folder), false, 'gone');

  const other = mkdtempSync(join(tmpdir(), 'not-a-socket-folder-'));
  assert.equal(isSocketFolderOf(owner, other), false);
  removeSocketFolder(other);
  assert.equal(existsSync(other), true);
  rmSync(other, { recursive: true });
});

test('the database is told no port, and the caller has the last word on settings', () => {
  const all = postgresArguments({
    dataArgument: '/d',
    socketFolder: '/tmp/s',
    settings: { fsync: 'off', max_connections: '9' },
  });
  assert.deepEqual(all.slice(0, 2), ['-D', '/d']);
  assert.ok(all.includes('listen_addresses='));
  assert.ok(all.includes('unix_socket_directories=/tmp/s'));
  assert.ok(all.includes('fsync=off'));
  assert.deepEqual(
    all.filter((word) => word.startsWith('max_connections')),
    ['max_connections=9'],
  );
});

test('troubles of the machine are told in a sentence', () => {
  const said: readonly [string, RegExp][] = [
    ['FATAL:  could not write to file "base/5/2609": No space left on device', /not enough free space/],
    ['FATAL:  wrote only 4096 of 8192 bytes\nHINT:  Check free disk space.', /not enough free space/],
    ['initdb: error: could not look up effective user ID 54321: user does not exist', /name of the user/],
    ['EACCES: permission denied, mkdir', /may not write there/],
    ['ENOTEMPTY: directory not empty, rename', /not a database/],
    ['LOG: x\nFATAL:  something new', /could not be started: something new$/],
  ];
  for (const [text, sentence] of said) assert.match(worldFault(new Error(text), '/data').publicText, sentence);
  const fault = new Fault('conflict', 'as it is');
  assert.equal(worldFault(fault, '/data'), fault);
});
