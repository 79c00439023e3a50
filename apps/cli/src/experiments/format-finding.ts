import { formatCount, formatNumber } from '@eyegazer/client';
import type { EventData } from '@eyegazer/core';
import { z } from 'zod';
import { cleanText } from '../output/clean-text.js';
import type { Paint } from '../output/paint.js';
import { formatProgressBar } from '../output/progress-bar.js';
import { formatTable } from '../output/table.js';
import { wrapText } from '../output/wrap-text.js';
import { findingStyle } from '../watch/format-event.js';

type Finding = EventData<'finding'>;

const histogramSchema = z.object({ classNames: z.array(z.string()), predictedCounts: z.array(z.number()), truthCounts: z.array(z.number()) });
/** What the sentence of a rule has already said. */
const inSentence = new Set(['of', 'class']);
const barColumns = 20;

/** A finding with the numbers that it rests on. */
export function formatFinding({ rule, level, update, message, evidence }: Finding, { width, paint }: { width: number; paint: Paint }): string[] {
  const values = Object.entries(evidence).flatMap(([name, value]) => (typeof value === 'number' && !inSentence.has(name) ? [`${wordsOf(name)} ${formatNumber(value)}`] : []));
  return [
    paint(findingStyle(level), `! ${rule} ${level} at update ${formatCount(update)}`),
    ...wrapText(cleanText(message), width - 4).map((line) => `    ${line}`),
    ...(values.length === 0 ? [] : wrapText(values.join(', '), width - 4).map((line) => paint('dim', `    ${line}`))),
  ];
}

/** What a run answers against what is true, where a finding says so. */
export function formatHistogram(findings: readonly Finding[], { width, paint }: { width: number; paint: Paint }): string[] {
  const found = findings.map(({ evidence }) => histogramSchema.safeParse(evidence['histogram'])).find(({ success }) => success)?.data;
  if (!found) return [];
  const most = Math.max(1, ...found.predictedCounts, ...found.truthCounts);
  const rows = found.classNames.map((name, k) => {
    const [answered, truth] = [found.predictedCounts[k] ?? 0, found.truthCounts[k] ?? 0];
    return [name, formatCount(answered), formatProgressBar(answered / most, barColumns), formatCount(truth), formatProgressBar(truth / most, barColumns)];
  });
  const table = formatTable({
    columns: [{ title: 'CLASS', shrinkTo: 6 }, { title: 'ANSWERED', align: 'right' }, { title: '', shrinkTo: 5 }, { title: 'TRUE', align: 'right' }, { title: '', shrinkTo: 5 }],
    rows,
    width: width - 4,
    paint,
  });
  return table.map((line) => `    ${line}`);
}

/** The remedies of all findings, each once, in the order of the rules. */
export function formatRemedies(findings: readonly Finding[], { width }: { width: number }): string[] {
  const texts = [...new Set(findings.flatMap(({ remedies }) => remedies.map(({ text }) => text)))];
  return texts.flatMap((text, i) => wrapText(cleanText(text), width - 7).map((line, l) => (l === 0 ? `    ${i + 1}. ${line}` : `       ${line}`)));
}

/** `maxShare` -> `max share`. */
function wordsOf(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}
