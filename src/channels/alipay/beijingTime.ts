import { beijingTimeOf, momentOf } from '../../domain/businessDay.js';

/** ISO-8601 → `yyyy-MM-dd HH:mm:ss` in Beijing. */
export const toBeijingTime = (iso: string): string => beijingTimeOf(iso).replace('T', ' ');

/** `yyyy-MM-dd HH:mm:ss` in Beijing → ISO-8601 UTC, or null when the text is no such moment. */
export const fromBeijingTime = (text: string): string | null =>
  text.includes('T') ? null : momentOf(text.replace(' ', 'T'));
