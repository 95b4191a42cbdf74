import type { RunResult } from '@fedbatch/runtime';
import type { Manifest } from '../manifest.ts';
import { balancesHtml, fateHtml, openReactionsHtml } from './audit-section.ts';
import { eventsHtml, phasesHtml } from './history-section.ts';
import { pageHtml } from './page.ts';
import { provenanceHtml } from './provenance-section.ts';
import { reportScript } from './script.ts';
import { expectationsHtml, figuresHtml, headerHtml } from './summary-section.ts';
import { cursorData, trendsHtml } from './trend-section.ts';
import { tuningHtml } from './tuning-section.ts';

/** A run as one HTML file that opens from disk and asks the network for nothing. Every text in it is escaped. */
export function reportHtml(run: RunResult, manifest: Manifest): string {
  const parts = [
    headerHtml(run),
    openReactionsHtml(run),
    figuresHtml(run),
    trendsHtml(run),
    tuningHtml(run),
    expectationsHtml(run),
    balancesHtml(run),
    fateHtml(run),
    phasesHtml(run),
    eventsHtml(run),
    provenanceHtml(run, manifest),
  ];
  return pageHtml({
    title: run.scenario.title,
    parts,
    script: { id: 'samples', json: cursorData(run), code: reportScript },
  });
}
