import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { AssetUrl } from './assets.ts';
import { themeColours, themeName, type Theme } from './theme.ts';

/** Everything around a page's own content. */
export type PageFrame = {
  readonly language: string;
  readonly dir: 'ltr' | 'rtl';
  readonly title: string;
  readonly assetUrl: AssetUrl;
  /** Names of assets, in order; `base.css` comes before them by itself. */
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
  /** The shop's colours on what its customers see; null shows Glasspost's own. */
  readonly theme: Theme | null;
  /** What the link says that leads past the header to the content. */
  readonly skipText: string;
  readonly header: ComponentChildren;
  readonly footer: ComponentChildren;
  /** More of the head, for those that read pages by machine: `LinkedData`, links to the same page in other languages. */
  readonly head?: ComponentChildren;
};

/**
 * A whole HTML document. Nothing in it is inline style or script and nothing comes from another host, so it stands under
 * `default-src 'none'` with `style-src`, `script-src`, `img-src` and `connect-src` `'self'`. Styles and scripts carry the
 * digest of their bytes.
 */
export function page(frame: PageFrame, children: ComponentChildren): string {
  const root: VNode = (
    <html lang={frame.language} dir={frame.dir}>
      <Head {...frame} />
      <body>
        <a class="skip" href="#content">
          {frame.skipText}
        </a>
        {frame.header === null ? null : <header class="top">{frame.header}</header>}
        <main id="content" tabindex={-1}>
          {children}
        </main>
        {frame.footer === null ? null : <footer class="foot">{frame.footer}</footer>}
      </body>
    </html>
  );
  return `<!doctype html>${renderToString(root)}`;
}

function Head(frame: PageFrame): VNode {
  const { assetUrl, theme } = frame;
  const styles = ['base.css', ...frame.styles, ...(theme === null ? [] : [themeName(theme, 'css')])];
  return (
    <head>
      <meta charset="utf-8" />
      <title>{frame.title}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      {theme === null ? null : <meta name="theme-color" content={themeColours(theme).brand} />}
      <link
        rel="icon"
        type="image/svg+xml"
        href={assetUrl(theme === null ? 'favicon.svg' : themeName(theme, 'svg')).url}
      />
      {styles.map(assetUrl).map(({ url, integrity }) => (
        <link key={url} rel="stylesheet" href={url} integrity={integrity} />
      ))}
      {frame.scripts.map(assetUrl).map(({ url, integrity }) => (
        <script key={url} type="module" src={url} integrity={integrity} />
      ))}
      {frame.head}
    </head>
  );
}
