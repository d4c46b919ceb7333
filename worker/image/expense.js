/** Expense: what all jobs of one request took together. A job that failed tells nothing. */

/** @typedef {Pick<import('../resizer/resizer.js').Thimble, 'resize'>} Resizer */
/**
 * @typedef {object} Spent
 * @property {number} work units
 * @property {number} peakMemory bytes, of the largest job
 * @property {number} [cpuMs] where the platform tells
 */

/**
 * A resizer that counts.
 * @param {Resizer} resizer
 * @returns {Resizer & { spent: Spent | null }} spent: null before the first job is done
 */
export function counting(resizer) {
  return {
    spent: null,
    async resize(...asked) {
      const result = await resizer.resize(...asked);
      const { work, peakMemory, cpuMs } = result.info;
      const before = this.spent ?? { work: 0, peakMemory: 0 };
      this.spent = {
        work: before.work + work,
        peakMemory: Math.max(before.peakMemory, peakMemory),
        ...(cpuMs !== undefined && { cpuMs: (before.cpuMs ?? 0) + cpuMs }),
      };
      return result;
    },
  };
}
