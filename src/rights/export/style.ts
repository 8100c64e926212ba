/** The style of a page that stands alone, in light, dark and on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #14202a; --soft: #4a5a66; --line: #d5dde2; --ground: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eef2; --soft: #a9b8c2; --line: #35434c; --ground: #182126 } }
* { box-sizing: border-box }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground) }
main { max-width: 52rem; margin: auto; padding: 1rem; overflow-wrap: anywhere }
h1 { font-size: 1.5rem; line-height: 1.2 } h2 { font-size: 1.25rem; margin: 2.5rem 0 .25rem } h3 { font-size: 1rem; margin: 0 }
nav ul { padding: 0; list-style: none } nav a { display: inline-block; padding: .25rem 0; color: inherit }
small, .plain { color: var(--soft); font-size: .8125rem; font-weight: normal }
article { border-top: 1px solid var(--line); padding: .75rem 0; break-inside: avoid-page }
dl { margin: .25rem 0 } dl div { display: grid; grid-template-columns: minmax(7rem, 12rem) 1fr; gap: .75rem }
dt { color: var(--soft) } dd { margin: 0; white-space: pre-line } .plain { margin: 0 }
summary { padding: .25rem 0; cursor: pointer } pre { white-space: pre-wrap; font-size: .75rem; margin: 0 0 .5rem }
@media (max-width: 30rem) { dl div { grid-template-columns: 1fr; gap: 0 } }
@media print { nav { display: none } main { max-width: none; padding: 0 } article { padding: .4rem 0 } }
`;
