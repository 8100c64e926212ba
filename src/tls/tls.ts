// The front door of certificates: what visitors' browsers see of a host.
export { scanTls, type TlsScanned, type TlsSeen } from './scanner/scan-host.ts';
export type { Finding } from './scanner/shapes.ts';
export { sayTlsFinding } from './scanner/words.ts';
