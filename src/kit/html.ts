import { readAssets, type Asset } from './html/assets.ts';

/**
 * The shell of every page that Glasspost shows: document, face, colours. It holds no word of the product and no text; the
 * pages bring both.
 */
export { page, type PageFrame } from './html/shell.tsx';
export { LinkedData } from './html/linked-data.tsx';
export { Icon, WordMark } from './html/face.tsx';
/** A shop's colours reach the page as one more style sheet, because inline styles are forbidden. */
export {
  contrastOf,
  nearestReadable,
  readTheme,
  textContrastMin,
  themeColours,
  themeContrasts,
  themeName,
} from './html/theme.ts';
export { mailUrl, phoneUrl, webUrl } from './html/links.ts';
export { bundle } from './html/bundle.ts';
export { readAssets, type Asset, type AssetLink, type AssetUrl } from './html/assets.ts';

/** `base.css`, `favicon.svg`, and `once.js` for pages with one form to send; read once at load. */
export const assets: readonly Asset[] = readAssets(
  import.meta.url,
  './html/base.css',
  './html/favicon.svg',
  './html/once.js',
);
