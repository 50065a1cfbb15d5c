/** From now on `Date` of this process is so many ms off, and goes on with the real time. Answers with the way back. */
export declare function shiftDate(shiftMs: number): () => void;
