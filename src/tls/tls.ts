// The front door of certificates: what visitors' browsers see of a host.
export { scanTls, type TlsScan, type TlsScanned, type TlsSeen } from './scanner/scan-host.ts';
export type { Finding, Grade, Severity } from './scanner/shapes.ts';
