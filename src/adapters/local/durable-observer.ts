/** How evidence sees what is made durable. */

/** Told before and after every durable effect; evidence scripts end the process there. Products pass nothing. */
export type DurableObserver = (phase: 'before' | 'after', effect: string) => void;
export const UNOBSERVED: DurableObserver = () => undefined;
