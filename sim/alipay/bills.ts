import { randomUUID } from 'node:crypto';

const LIFE_MS = 30_000;

/** Bills that were made, each under the token its address has, which lives for half a minute. */
export class Bills {
  readonly #files = new Map<string, { bytes: Buffer; madeAt: Date }>();

  keep(bytes: Buffer, madeAt: Date): string {
    const token = randomUUID();
    this.#files.set(token, { bytes, madeAt });
    return token;
  }

  /** Undefined for an address that was never given out, or is too old. */
  find(token: string, now: Date): Buffer | undefined {
    const file = this.#files.get(token);
    return file !== undefined && now.getTime() - file.madeAt.getTime() < LIFE_MS ? file.bytes : undefined;
  }
}
