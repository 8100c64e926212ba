export { scanWeb, type WebScan, type WebScanned } from './scanner/web/scan-web.ts';
export { sayWebFinding, webFindingCodes } from './scanner/web/words.ts';
