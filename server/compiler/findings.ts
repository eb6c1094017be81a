// stub
export const collectFindings = (..._a: unknown[]): never => {
  throw new Error("collectFindings");
};
