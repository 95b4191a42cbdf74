import { describe, expect, it } from 'vitest';
import { sampleRun } from '../test-run.ts';
import { referencesHtml } from './reference-section.ts';

const reference = { channel: 'X', timeH: Float64Array.of(0, 5, 9), values: Float64Array.of(0.2, 0.9, 3) };
const deviation = { id: 'X.deviation', says: 'biomass, largest deviation', value: 1.25, unit: '%' };
const run = sampleRun({ references: [reference], keyFigures: [deviation] });

describe('the section on references', () => {
  it('draws what is compared and nothing else, with the data as dots and the largest deviation below', () => {
    const html = referencesHtml([run]);
    expect(html).toContain('E. coli, a test');
    expect(html.match(/class="panel"/g)).toHaveLength(1);
    expect(html.match(/class="dots/g)).toHaveLength(1);
    expect(html).toMatch(/biomass<\/th>.*1\.25<\/span> <span class="unit">%.*>3<.*from .*0<.*to .*9</);
    expect(html).not.toMatch(/feed rate/);
  });

  it('draws a channel that no panel has in one of its own', () => {
    const other = { ...reference, channel: 'organism.mu' };
    const html = referencesHtml([sampleRun({ references: [other], keyFigures: [] })]);
    expect(html).toContain('<h3>Growth rate</h3>');
  });

  it('says in a sentence that there is none, or that a run failed', () => {
    expect(referencesHtml([])).toMatch(/No scenario under <code>reference<\/code> in this file holds it to data\./);
    const failed = sampleRun({ outcome: { kind: 'failed', timeH: 2, says: 'It <b>broke</b>.' } });
    expect(referencesHtml([failed])).toContain('It &lt;b&gt;broke&lt;/b&gt;.');
  });
});
