/** The first pages that are no meta pages. */
const FIRST = 2;

/** Which pages of a file are spoken for: each by one alone. */
export class PageUse {
  private readonly taken: Uint8Array;

  /** @param lastPage the last page that there may be */
  constructor(private readonly lastPage: number) {
    this.taken = new Uint8Array(lastPage + 1);
  }

  /** Whether there are such pages. */
  contains(first: number, count = 1): boolean {
    return first >= FIRST && count >= 1 && first + count - 1 <= this.lastPage;
  }

  isTaken(page: number): boolean {
    return this.taken[page] === 1;
  }

  /** Takes pages that there are; false, and none is taken, when one of them is spoken for. */
  take(first: number, count = 1): boolean {
    for (let page = first; page < first + count; page++) if (this.taken[page] === 1) return false;
    this.taken.fill(1, first, first + count);
    return true;
  }
}
