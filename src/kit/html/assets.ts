import { readFileSync } from 'node:fs';

/** A file that pages link to. The HTTP room serves it under a name of its own and tells pages where (`AssetUrl`). */
export type Asset = { readonly name: string; readonly text: string; readonly contentType: string };

/** `integrity` is what browsers hold its bytes against before they use them (Subresource Integrity). */
export type AssetLink = { readonly url: string; readonly integrity: string };

/** Where an asset is served, by its name. Also asked for theme names (`themeName`). */
export type AssetUrl = (name: string) => AssetLink;

const contentTypes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Reads files by their paths from a module (`import.meta.url`); throws at load when one is missing. Named by the last part. */
export function readAssets(moduleUrl: string, ...paths: readonly string[]): readonly Asset[] {
  return paths.map((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const ending = name.slice(name.lastIndexOf('.') + 1);
    const contentType = contentTypes[ending];
    if (contentType === undefined) throw new Error(`No content type is known for ${name}`);
    const text = readFileSync(new URL(path, moduleUrl), 'utf8');
    return { name, text: squeezers[ending]?.(text) ?? text, contentType };
  });
}

const squeezers: Readonly<Record<string, (text: string) => string>> = { css: squeezeCss, js: squeezeScript };

/** Takes lines of nothing but comment out; scripts here keep no such lines in strings. */
function squeezeScript(script: string): string {
  return script.replaceAll(/^ *(?:\/\/|\/\*\*|\*).*\n|^ +/gm, '').trim();
}

/** Takes comments and needless white space out; style sheets here keep no braces, commas or semicolons in strings. */
function squeezeCss(css: string): string {
  return css
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,>]) ?/g, '$1')
    .replaceAll(': ', ':')
    .replaceAll(';}', '}')
    .trim();
}
