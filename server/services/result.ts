// How services answer: a value, or the errno that the kernel would return. Nothing in this room throws. The names
// are those of <errno.h>, because the batch form and users of selinuxfs know them by these.

/** Errors of the security server. */
export type Errno = "EINVAL" | "EACCES" | "EPERM" | "ENOENT" | "ERANGE" | "EIDRM";

/** A value, or why there is none. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: Errno };

export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failure(error: Errno): { readonly ok: false; readonly error: Errno } {
  return { ok: false, error };
}
