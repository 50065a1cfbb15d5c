import { setCurrentDetails } from '@temporalio/workflow';
import type { Review } from '../../domain/review.js';

type Row = readonly [name: string, value: string];

/** Shows rows as the small card of this workflow in the Temporal UI, with the review that waits. Costs no history. */
export function showCard(rows: readonly Row[], review: Review | null): void {
  const waits: Row[] =
    review === null
      ? []
      : [['Waits for a person', `**${review.reason}**: ${review.detail} → ${review.decisions.join(' or ')}`]];
  setCurrentDetails(
    ['| | |', '|---|---|', ...[...rows, ...waits].map(([name, value]) => `| ${name} | ${value} |`)].join('\n'),
  );
}
