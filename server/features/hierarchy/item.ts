// Items of the two hierarchies carry the path of their file: a request about an item has no document of its own.

/** The path of an item's file. */
export function itemPath(item: { readonly data?: unknown }): string | undefined {
  const path = (item.data as { readonly path?: unknown } | null | undefined)?.path;
  return typeof path === "string" ? path : undefined;
}
