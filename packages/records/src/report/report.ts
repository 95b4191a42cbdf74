import { createHash } from 'node:crypto';
import type { RunResult } from '@fedbatch/runtime';
import { escapeHtml } from '@fedbatch/vocabulary';
import type { Manifest } from '../manifest.ts';
import { balancesHtml, fateHtml, openReactionsHtml } from './audit-section.ts';
import { eventsHtml, phasesHtml } from './history-section.ts';
import { provenanceHtml } from './provenance-section.ts';
import { reportScript } from './script.ts';
import { reportStyle } from './style.ts';
import { expectationsHtml, figuresHtml, headerHtml } from './summary-section.ts';
import { cursorData, trendsHtml } from './trend-section.ts';

/** A run as one HTML file that opens from disk and asks the network for nothing. Every text in it is escaped. */
export function reportHtml(run: RunResult, manifest: Manifest): string {
  const parts = [
    headerHtml(run),
    openReactionsHtml(run),
    figuresHtml(run),
    trendsHtml(run),
    expectationsHtml(run),
    balancesHtml(run),
    fateHtml(run),
    phasesHtml(run),
    eventsHtml(run),
    provenanceHtml(run, manifest),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy()}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(run.scenario.title)} – Fedbatch</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
${parts.filter((part) => part !== '').join('\n')}
</main>
<script type="application/json" id="samples">${cursorData(run)}</script>
<script>${reportScript}</script>
</body>
</html>
`;
}

/** Only this page's own script may run. Style stands in attributes too, which no hash can name. */
function contentPolicy(): string {
  const script = createHash('sha256').update(reportScript).digest('base64');
  return `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${script}'; base-uri 'none'; form-action 'none'`;
}
