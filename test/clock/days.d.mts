/** Moments in Beijing (`yyyy-MM-ddTHH:mm:ss`) at which something else than on a usual day may happen, by a short name. */
export declare const days: Readonly<Record<string, string>>;
