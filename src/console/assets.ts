import { readAssets, type Asset } from '#kit/html';

/** What the console's pages link to, beside those of `#kit/html`. */
export const consoleAssets: readonly Asset[] = readAssets(import.meta.url, './console.css');
