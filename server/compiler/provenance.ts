// stub
export const originsOfEntry = (..._a: unknown[]): never => {
  throw new Error("originsOfEntry");
};
