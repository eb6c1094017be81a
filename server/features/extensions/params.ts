// Parameters of custom requests: read with care, since any client may send anything. A reader gives the value, or an
// InvalidParams for which the server has an error answer.

/** Why parameters cannot be taken; the answer is LSP's InvalidParams with this text. */
export interface InvalidParams {
  readonly invalid: string;
}

export type Answer<T> = { readonly value: T } | InvalidParams;

export type Params = Readonly<Record<string, unknown>>;

export function paramsOf(given: unknown): Params {
  return typeof given === "object" && given !== null ? (given as Params) : {};
}

export function stringParam(params: Params, name: string): string | undefined {
  const value = params[name];
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" ? value : undefined;
}

export function numberParam(params: Params, name: string): number | undefined {
  const value = params[name];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function booleanParam(params: Params, name: string): boolean | undefined {
  const value = params[name];
  return typeof value === "boolean" ? value : undefined;
}

/** A list of texts; one text is a list of one. */
export function stringsParam(params: Params, name: string): readonly string[] {
  const value = params[name];
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

export function invalid(text: string): InvalidParams {
  return { invalid: text };
}
