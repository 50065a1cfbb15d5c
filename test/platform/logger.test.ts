import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/platform/logger.js';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ level: 'info', program: 'test' }, { write: (line) => lines.push(line) }));
  return lines.join('');
}

describe('the log', () => {
  it('never shows a secret or a person, wherever they stand', () => {
    const line = logged((logger) => {
      logger.info({ payer: { name: '张三' }, payment: { payer: '张三', request: { mobile: '13800000000' } } }, 'x');
      logger.info({ authorization: 'Bearer pk_a', headers: { authorization: 'Bearer pk_a', cookie: 'c=1' } }, 'x');
    });
    for (const hidden of ['张三', '13800000000', 'pk_a', 'c=1']) expect(line).not.toContain(hidden);
    expect(line).toContain('[redacted]');
  });

  it('shows the words and the trail of an error and its cause, and not what else it carries', () => {
    const error = Object.assign(new Error('away', { cause: new Error('refused') }), {
      config: { headers: 'pk_secret' },
    });
    const line = logged((logger) => {
      logger.error({ err: error }, 'failed');
    });
    expect(JSON.parse(line)).toMatchObject({
      level: 'error',
      program: 'test',
      msg: 'failed',
      err: { type: 'Error', message: 'away', cause: { message: 'refused' } },
    });
    expect(line).not.toContain('pk_secret');
  });
});
