/** A file that is not what it should be; the message is the rule that it breaks, for people. */
export class Refused extends Error {}

export function refuse(rule: string): never {
  throw new Refused(rule);
}

/** What `read` gives, or the rule that it refused with. */
export function attempt<T>(read: () => T): { readonly value: T } | { readonly rule: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof Refused) return { rule: error.message };
    throw error;
  }
}
