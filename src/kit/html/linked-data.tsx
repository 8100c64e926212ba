import type { VNode } from 'preact';

/**
 * What a page says, for machines: JSON-LD after schema.org. A block of data and no script: browsers run nothing of it, so
 * it stands under `script-src 'self'` (HTML, "prepare the script element": only classic scripts, modules and maps go on).
 * @param props `about` is written as JSON; nothing in its texts can end the element or begin another
 */
export function LinkedData(props: { readonly about: object }): VNode {
  const json = JSON.stringify({ '@context': 'https://schema.org', ...props.about }).replaceAll('<', '\\u003c');
  return (
    <script
      type="application/ld+json"
      // oxlint-disable-next-line react/no-danger -- JSON without a single "<"; as text it would be escaped and no JSON any more
      dangerouslySetInnerHTML={{ __html: json }}
    />
  );
}
