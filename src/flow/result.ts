/** A value, or in words why there is none. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** The good outcome. */
export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** The bad outcome; `error` names the field, the value and the remedy. */
export function failure(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
