import { describeItem, printable, verdict } from '../core/words.ts';
import { EXPORT_WORDS, type ExportReport, VERIFY_WORDS } from '../ensure/files/index.ts';
import { prettyBytes } from '../vendor/pretty-bytes.ts';
import { isUnicode } from './output.ts';

const LISTED = 20;

/** The report for people: the verdict, what was done where, and what needs attention. */
export async function exportText(report: ExportReport, interrupted: boolean): Promise<string> {
  const words = report.details?.verify ? VERIFY_WORDS : EXPORT_WORDS;
  const line = verdict(report, words, { ascii: !isUnicode(), interrupted });
  return [await colored(line, report), ...circumstances(report), ...attention(report)].join('\n');
}

async function colored(line: string, report: ExportReport): Promise<string> {
  if (!process.stdout.isTTY) return line;
  const { styleText } = await import('node:util');
  const bad = report.counts.failed + report.counts.untried > 0;
  const color = bad ? 'red' : report.ok ? 'green' : 'yellow';
  return line.replace(/^\S+/u, (mark) => styleText(color, mark, { stream: process.stdout }));
}

function circumstances({ details, elapsedMs, dryRun }: ExportReport): string[] {
  if (details === undefined) return [];
  const { destination, made, bytes, recovered, linksSkipped } = details;
  const facts = [
    `to ${printable(destination)}${made ? ' (made)' : ''}`,
    ...(dryRun || details.verify ? [] : [`${prettyBytes(bytes)} copied`]),
    ...comparedBy(details),
    `${(elapsedMs / 1000).toFixed(1)} s`,
  ];
  const lines = [`  ${facts.join(', ')}`];
  if (recovered > 0) lines.push(`  Cleaned up after ${count(recovered, 'interrupted run')}.`);
  if (linksSkipped > 0) lines.push(`  Left out ${count(linksSkipped, 'link')}.`);
  return lines;
}

function comparedBy({ compared }: NonNullable<ExportReport['details']>): string[] {
  const ways = [
    [compared.time, 'size and time'],
    [compared.content, 'content'],
    [compared.size, 'size'],
    [compared.name, 'name only'],
  ] as const;
  const used = ways.filter(([times]) => times > 0);
  if (used.length === 0) return [];
  return [`compared by ${used.map(([times, how]) => `${how} (${times})`).join(', ')}`];
}

/** The items, unless the verdict said it all. */
function attention({ items, attention: total }: ExportReport): string[] {
  const listed = items.filter(({ outcome }) => outcome !== 'untried');
  if (listed.length < 2) return [];
  const lines = listed.slice(0, LISTED).map((item) => `  ${item.outcome}  ${describeItem(item)}`);
  const more = listed.length - lines.length;
  if (more > 0) lines.push(`  … and more: ${total} in all (--items FILE lists every file)`);
  return lines;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
