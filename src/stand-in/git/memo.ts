/** Answers that never change, kept by their question; the oldest are forgotten beyond a number. */
const KEPT = 5_000;

export class Memo<T> {
  readonly #known = new Map<string, Promise<T>>();

  get(question: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#known.get(question);
    if (known !== undefined) return known;
    const asked = ask();
    if (this.#known.size >= KEPT) for (const first of [...this.#known.keys()].slice(0, KEPT / 10)) this.#known.delete(first);
    this.#known.set(question, asked);
    asked.catch(() => this.#known.delete(question));
    return asked;
  }
}
