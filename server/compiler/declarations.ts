// stub
export const declarationsOf = (..._a: unknown[]): never => {
  throw new Error("declarationsOf");
};
export const symbolsOf = (..._a: unknown[]): never => {
  throw new Error("symbolsOf");
};
