/** A review in the format that was asked for. */
import type { Review } from '../plan-review/review';
import { renderMarkdown } from './plan-review-markdown';
import { renderSarif, type SarifOptions } from './plan-review-sarif';
import { renderTable, type TableOptions } from './plan-review-table';

export type ReviewFormat = 'table' | 'markdown' | 'json' | 'sarif';

export function renderReview(review: Review, format: ReviewFormat, options: TableOptions & SarifOptions): string {
  switch (format) {
    case 'table':
      return renderTable(review, options);
    case 'markdown':
      return renderMarkdown(review);
    case 'json':
      return `${JSON.stringify({ version: 1, ...review }, null, 2)}\n`;
    case 'sarif':
      return renderSarif(review, options);
  }
}
