import { escapeHtml } from '@fedbatch/vocabulary';

const shapes = {
  good: '<path d="M6.2 12.6 1.8 8.2l1.5-1.5 2.9 2.9 6.5-6.5 1.5 1.5z"/>',
  bad: '<path fill-rule="evenodd" d="M1 1h14v14H1zm4.2 2.8L3.8 5.2 6.6 8l-2.8 2.8 1.4 1.4L8 9.4l2.8 2.8 1.4-1.4L9.4 8l2.8-2.8-1.4-1.4L8 6.6z"/>',
  warn: '<path fill-rule="evenodd" d="M8 1.5 15.5 14.5H.5zM7.2 6v4.2h1.6V6zm0 5.4V13h1.6v-1.6z"/>',
};

/** As wanted, not as wanted, or to be looked at. Each has a shape of its own, so that colour is never the only sign. */
export type Tone = keyof typeof shapes;

export function markSvg(tone: Tone): string {
  return `<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">${shapes[tone]}</svg>`;
}

/** A verdict in a word or two. */
export function chipHtml(tone: Tone, says: string, size: 'large' | 'small' = 'small'): string {
  return `<span class="chip ${tone} ${size}">${markSvg(tone)}${escapeHtml(says)}</span>`;
}

/** A block that must be seen before the figures are believed. `body` is HTML. */
export function noticeHtml(tone: Tone, title: string, body: string): string {
  return `<div class="notice ${tone}" role="note"><h2>${markSvg(tone)}${escapeHtml(title)}</h2>${body}</div>`;
}
