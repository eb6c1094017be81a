// stub
export const macroOf = (..._a: unknown[]): never => {
  throw new Error("macroOf");
};
export const macrosOf = (..._a: unknown[]): never => {
  throw new Error("macrosOf");
};
