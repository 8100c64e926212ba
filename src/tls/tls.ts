// What customers' browsers see of a host.
export { scanTls, type TlsScanned, type TlsSeen } from './scanner/scan-host.ts';
export type { Finding } from './scanner/shapes.ts';
export { scanWeb, type WebScan, type WebScanned } from './scanner/web/scan-web.ts';
export { sayWebFinding, webFindingCodes } from './scanner/web/words.ts';
export { sayTlsFinding } from './scanner/words.ts';
