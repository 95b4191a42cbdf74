import { createHash } from 'node:crypto';
import { escapeHtml } from '@fedbatch/vocabulary';
import { reportStyle } from './style.ts';

export interface Page {
  readonly title: string;
  /** Sections as HTML; empty ones are left out. */
  readonly parts: readonly string[];
  /** Data for the page's own script, as JSON that may stand in a script element, and the script. */
  readonly script?: { readonly id: string; readonly json: string; readonly code: string };
}

/** A report as one HTML file that opens from disk and asks the network for nothing. */
export function pageHtml({ title, parts, script }: Page): string {
  const scripts = script
    ? `<script type="application/json" id="${script.id}">${script.json}</script>\n<script>${script.code}</script>\n`
    : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(script?.code)}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} – Fedbatch</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
${parts.filter((part) => part !== '').join('\n')}
</main>
${scripts}</body>
</html>
`;
}

/** Only the page's own script may run. Style stands in attributes too, which no hash can name. */
function contentPolicy(code: string | undefined): string {
  const script =
    code === undefined ? '' : ` script-src 'sha256-${createHash('sha256').update(code).digest('base64')}';`;
  return `default-src 'none'; style-src 'unsafe-inline';${script} base-uri 'none'; form-action 'none'`;
}
