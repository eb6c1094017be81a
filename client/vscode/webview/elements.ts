// Elements of a page, made from plain data. Text stays text.

/** An element with its attributes and contents; `onClick` for buttons. */
export function el(
  name: string,
  attributes: Readonly<Record<string, string>>,
  contents: readonly (Node | string)[] = [],
  onClick?: () => void,
): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...contents);
  if (onClick !== undefined) element.addEventListener("click", onClick);
  return element;
}

/** Takes everything out of an element and puts this in. */
export function replace(element: Element, contents: readonly (Node | string)[]): void {
  element.replaceChildren(...contents);
}
