/**
 * Jobs: the page's side of a Web Worker (job-worker.js). The page itself never
 * touches pixels, so it never stalls.
 */

/** What the module or the browser said when a job failed. */
export class JobError extends Error {
  /** @param {{ status: string, message: string }} failure */
  constructor({ status, message }) {
    super(message);
    this.status = status;
  }
}

export class Jobs {
  #worker = new Worker(new URL('job-worker.js', import.meta.url), { type: 'module' });
  #nextId = 1;
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: unknown) => void, onProgress?: (value: any) => void }>} */
  #waiting = new Map();
  /** @type {Map<string, number>} who came last, by kind */
  #turns = new Map();
  /** @type {Map<string, Promise<any>>} what runs now, by kind; never rejects */
  #running = new Map();

  /** @type {JobError | null} why nothing is answered any more */
  #broken = null;

  constructor() {
    this.#worker.onmessage = ({ data }) => this.#settle(data);
    this.#worker.onerror = (event) => this.#fail(event.message || 'the worker did not start');
  }

  /**
   * @param {string} kind a name of KINDS in job-worker.js
   * @param {object} [message]
   * @param {(value: any) => void} [onProgress]
   * @returns {Promise<any>}
   */
  ask(kind, message = {}, onProgress) {
    if (this.#broken) return Promise.reject(this.#broken);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
      this.#worker.postMessage({ id, kind, ...message });
    });
  }

  /**
   * Like ask, but of those that wait only the newest is asked at all; the others
   * resolve to null. Dragging a slider asks for a hundred images and wants the last.
   * @param {string} kind
   * @param {object} message
   */
  async askNewest(kind, message) {
    const turn = (this.#turns.get(kind) ?? 0) + 1;
    this.#turns.set(kind, turn);
    await this.#running.get(kind);
    if (this.#turns.get(kind) !== turn) return null;
    const answer = this.ask(kind, message);
    this.#running.set(
      kind,
      answer.catch(() => {}),
    );
    return answer;
  }

  /** @param {{ id: number, value?: any, error?: any, progress?: any }} data */
  #settle({ id, value, error, progress }) {
    const job = this.#waiting.get(id);
    if (progress !== undefined) return job?.onProgress?.(progress);
    this.#waiting.delete(id);
    if (error) job?.reject(new JobError(error));
    else job?.resolve(value);
  }

  /** @param {string} message */
  #fail(message) {
    this.#broken = new JobError({ status: 'INTERNAL', message });
    for (const { reject } of this.#waiting.values()) reject(this.#broken);
    this.#waiting.clear();
  }
}
