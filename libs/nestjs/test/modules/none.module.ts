/** A class, and no module. */
export class Something {
  readonly providers = [];
}
