/** What rules chose in several folds, told once: nearly all of it is the same in each but for the numbers of reviews. */

export class FoldRules {
  private readonly said = new Set<string>();

  /**
   * What a fold says that none before it said. The folds are to be asked in their order: so what is told does not depend on
   * which of them was faster.
   * @param first whether it is the first of the folds: what only others say is not true of each
   */
  told(rules: readonly string[], first: boolean): string[] {
    return rules.flatMap((rule) => {
      const key = rule.replace(/\d[\d,]*/g, '');
      if (this.said.has(key)) return [];
      this.said.add(key);
      return `${first ? 'each fold' : 'some folds'}, ${rule}`;
    });
  }
}
