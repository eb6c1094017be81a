// The order of texts wherever one is told or made.

/** Orders strings by code unit, as LC_ALL=C sort and make's $(sort) do: fast, and the same everywhere. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
