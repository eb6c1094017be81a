// stub
export const expandSource = (..._a: unknown[]): never => {
  throw new Error("expandSource");
};
export const expandStatement = (..._a: unknown[]): never => {
  throw new Error("expandStatement");
};
export const meaningsOf = (..._a: unknown[]): never => {
  throw new Error("meaningsOf");
};
export const setMembers = (..._a: unknown[]): never => {
  throw new Error("setMembers");
};
