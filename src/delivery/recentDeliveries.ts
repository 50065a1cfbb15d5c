/** Enough for the repeats of an hour at a busy channel; each is a short text. */
const rememberedMax = 20_000;

/**
 * Callbacks that are kept and delivered, by the id of their evidence, so that a repeat is answered without asking the
 * database again. Only ever added to after both have happened; forgetting one costs a look-up.
 */
export class RecentDeliveries {
  readonly #remembered = new Set<string>();

  has(evidenceId: string): boolean {
    return this.#remembered.has(evidenceId);
  }

  add(evidenceId: string): void {
    this.#remembered.add(evidenceId);
    if (this.#remembered.size <= rememberedMax) return;
    const [oldest] = this.#remembered;
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }
}
