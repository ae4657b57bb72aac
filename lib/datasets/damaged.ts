import { UserError } from "../errors.js";

/** What is said of one image after another, at most. */
const mostTold = 50;

/** Images that cannot be packed, told together: nobody wants to mend a folder one run a file. */
export class Damaged {
  private readonly errors: UserError[] = [];

  get count(): number {
    return this.errors.length;
  }

  /** Throws what is no `UserError`: it is no image's fault. */
  add(error: unknown): void {
    if (!(error instanceof UserError)) throw error;
    this.errors.push(error);
  }

  /** Throws `UserError` where there are any; `total` images were looked at. */
  refuse(total: number): void {
    const [only, second] = this.errors;
    if (!only) return;
    if (!second) throw only;
    const told = this.errors.map(({ message }) => message).sort();
    const more = told.length > mostTold ? ` And ${told.length - mostTold} more.` : "";
    throw new UserError(
      `${told.length} of ${total} images cannot be used. ${told.slice(0, mostTold).join(" ")}${more}`,
      { cause: this.errors },
    );
  }
}
