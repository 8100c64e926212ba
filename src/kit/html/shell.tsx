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
};

/**
 * A whole HTML document. Nothing in it is inline style or script and nothing comes from another host, so it stands under
 * `default-src 'none'` with `style-src`, `script-src`, `img-src` and `connect-src` `'self'`.
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
  return (
    <head>
      <meta charset="utf-8" />
      <title>{frame.title}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      {theme === null ? null : <meta name="theme-color" content={themeColours(theme).brand} />}
      <link rel="icon" type="image/svg+xml" href={assetUrl(theme === null ? 'favicon.svg' : themeName(theme, 'svg'))} />
      <link rel="stylesheet" href={assetUrl('base.css')} />
      {frame.styles.map((name) => (
        <link key={name} rel="stylesheet" href={assetUrl(name)} />
      ))}
      {theme === null ? null : <link rel="stylesheet" href={assetUrl(themeName(theme, 'css'))} />}
      {frame.scripts.map((name) => (
        <script key={name} type="module" src={assetUrl(name)} />
      ))}
    </head>
  );
}
