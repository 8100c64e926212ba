import { constants, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import { Fault } from '#kit/fault';
import type { Log } from '#kit/log';

export type CertificateFiles = { readonly certFile: string; readonly keyFile: string };

/**
 * TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only; the hybrid with ML-KEM first, so that what is
 * recorded today stays closed to a quantum computer. The suites and groups of Mozilla's "intermediate" profile 6.0.
 */
export const tlsProfile = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
  ecdhCurve: 'X25519MLKEM768:X25519:prime256v1:secp384r1',
  honorCipherOrder: true,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const satisfies SecureContextOptions;

/** To be given with `ALPNProtocols` or a callback for them. */
export const tlsServerOptions: TlsOptions = { ...tlsProfile, handshakeTimeout: 10_000 };

type Pair = { readonly cert: string; readonly key: string; readonly until: string };

/**
 * Puts the certificate into the server, and later every new one that appears in the files, without a lost connection.
 * Both files are read, not watched: links that are switched over (certbot, Kubernetes) escape watchers. A pair that does
 * not fit together, as while it is being written, changes nothing.
 * @returns how to stop
 * @throws Fault('invalid') when the first pair cannot be used
 */
export async function serveCertificate(needs: {
  readonly server: Server;
  readonly files: CertificateFiles;
  readonly checkEveryMs: number;
  readonly log: Log;
}): Promise<() => void> {
  const { server, files, log } = needs;
  let current = await loadPair(files);
  use(server, current);

  let complained = false;
  const check = async (): Promise<void> => {
    try {
      const pair = await loadPair(files);
      complained = false;
      if (pair.cert === current.cert && pair.key === current.key) return;
      use(server, pair);
      current = pair;
      log.info('certificate renewed', { until: pair.until });
    } catch (error) {
      if (!complained) log.error('the new certificate cannot be used; the old one stays', error);
      complained = true;
    }
  };
  let checking = Promise.resolve();
  const timer = setInterval(() => {
    checking = checking.then(check);
  }, needs.checkEveryMs).unref();
  return () => clearInterval(timer);
}

/** @param names that it is to be good for. @throws Fault('invalid') when this pair cannot be served, or is not for them */
export async function checkCertificate(files: CertificateFiles, names: readonly string[] = []): Promise<void> {
  const leaf = new X509Certificate((await loadPair(files)).cert);
  const other = names.find((name) => leaf.checkHost(name) === undefined);
  if (other === undefined) return;
  throw new Fault('invalid', `The certificate in ${files.certFile} is not for ${other}, which GLASSPOST_FRONT names.`);
}

/** Whatever is not given again falls back to Node's defaults, so the whole profile goes with every certificate. */
function use(server: Server, pair: Pair): void {
  server.setSecureContext({ ...tlsProfile, cert: pair.cert, key: pair.key });
}

async function loadPair(files: CertificateFiles): Promise<Pair> {
  const cert = await readPem(files.certFile, 'certificate');
  const key = await readPem(files.keyFile, 'key');
  const leaf = attempt(() => new X509Certificate(cert), `${files.certFile} holds no certificate in PEM form.`);
  const privateKey = attempt(() => createPrivateKey(key), `${files.keyFile} holds no private key in PEM form.`);
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new Fault('invalid', `The key in ${files.keyFile} does not belong to the certificate in ${files.certFile}.`);
  }
  return { cert, key, until: leaf.validTo };
}

function readPem(file: string, what: 'certificate' | 'key'): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new Fault('invalid', `The TLS ${what} file ${file} cannot be read.`, { cause: error });
  });
}

function attempt<T>(make: () => T, otherwise: string): T {
  try {
    return make();
  } catch (error) {
    throw new Fault('invalid', otherwise, { cause: error });
  }
}
