import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../free-port.ts';
import { getPlain, shake } from '../authorities/tls-node.ts';
import { assertEnded, command, newHome, skip, start } from './running.ts';

const name = 'track.shop.example';

test(
  'with GLASSPOST_DOMAIN the house has the address of its name, says that it is being set up, and why it is not yet',
  { skip },
  async () => {
    const [port, plainPort] = [await freePort(), await freePort()];
    const home = newHome({
      GLASSPOST_HOST: '0.0.0.0',
      GLASSPOST_PORT: String(port),
      GLASSPOST_PLAIN_PORT: String(plainPort),
      GLASSPOST_DOMAIN: name,
      GLASSPOST_ACME_DIRECTORY: 'https://ca.invalid/directory',
    });
    const running = start(home);
    const lines = await running.greeting();
    assert.equal(lines[0], `Glasspost runs at https://${name}:${port}`);
    const waiting = await getPlain(plainPort, name, '/t/abc');
    assert.deepEqual([waiting.status, waiting.headers['retry-after']], [503, '10']);
    assert.match(waiting.text, /being set up.*\n.*eingerichtet/);
    await assert.rejects(shake(port, name, '', { rejectUnauthorized: false }), 'a certificate of nobody is shown');
    let listed = await command(home, ['certificate', 'list']);
    for (let tries = 0; tries < 20 && !listed.out.includes('failed'); tries += 1) {
      listed = await command(home, ['certificate', 'list']);
    }
    assert.match(listed.out, /ca\.invalid[^]*cannot be reached/);
    const stepped = await command(home, ['certificate', 'stage']);
    assert.match(stepped.out, /604800 seconds/);
    assertEnded(home, await running.stop('SIGTERM'), 0);
  },
);
