// Policy versions: which number brought which feature to the binary format, and how many symbol and object
// context tables a file of a version has (security/selinux/include/security.h, the compat table of
// security/selinux/ss/policydb.c). Pure constants; the reader and the writer ask it, and so may whoever wants to
// know which version a feature needs.

export const VERSION_MIN = 15;
export const VERSION_BOOL = 16;
export const VERSION_IPV6 = 17;
export const VERSION_NLCLASS = 18;
export const VERSION_MLS = 19;
export const VERSION_AVTAB = 20;
export const VERSION_RANGETRANS = 21;
export const VERSION_POLCAP = 22;
export const VERSION_PERMISSIVE = 23;
export const VERSION_BOUNDARY = 24;
export const VERSION_FILENAME_TRANS = 25;
export const VERSION_ROLETRANS = 26;
export const VERSION_NEW_OBJECT_DEFAULTS = 27;
export const VERSION_DEFAULT_TYPE = 28;
export const VERSION_CONSTRAINT_NAMES = 29;
export const VERSION_XPERMS_IOCTL = 30;
export const VERSION_INFINIBAND = 31;
export const VERSION_GLBLUB = 32;
export const VERSION_COMP_FTRANS = 33;
export const VERSION_COND_XPERMS = 34;
export const VERSION_NEVERAUDIT = 35;
export const VERSION_MAX = 35;
/** The oldest version that the kernel and this writer write. */
export const VERSION_MIN_WRITE = 20;

/** What a policy version brought. */
export interface VersionFeature {
  readonly version: number;
  /** The kernel's name of the version, without its prefix. */
  readonly symbol: string;
  readonly feature: string;
  /** First kernel release that reads it. */
  readonly kernel: string;
}

/** Every version with what it brought, oldest first. */
export const VERSION_FEATURES: readonly VersionFeature[] = [
  { version: 15, symbol: "BASE", feature: "the oldest format that kernels read", kernel: "2.6.0" },
  { version: 16, symbol: "BOOL", feature: "booleans and conditional rules", kernel: "2.6.6" },
  { version: 17, symbol: "IPV6", feature: "nodecon with IPv6 addresses", kernel: "2.6.8" },
  { version: 18, symbol: "NLCLASS", feature: "one class for each netlink family", kernel: "2.6.8" },
  { version: 19, symbol: "MLS", feature: "levels, categories, ranges and validatetrans", kernel: "2.6.12" },
  { version: 20, symbol: "AVTAB", feature: "packed rules, attributes kept as bitmaps", kernel: "2.6.14" },
  { version: 21, symbol: "RANGETRANS", feature: "range_transition for any class", kernel: "2.6.19" },
  { version: 22, symbol: "POLCAP", feature: "policy capabilities", kernel: "2.6.25" },
  { version: 23, symbol: "PERMISSIVE", feature: "permissive types", kernel: "2.6.26" },
  { version: 24, symbol: "BOUNDARY", feature: "bounds of types, roles and users", kernel: "2.6.28" },
  { version: 25, symbol: "FILENAME_TRANS", feature: "type_transition with a name", kernel: "2.6.39" },
  { version: 26, symbol: "ROLETRANS", feature: "role_transition for any class", kernel: "3.0" },
  { version: 27, symbol: "NEW_OBJECT_DEFAULTS", feature: "default_user, _role and _range", kernel: "3.5" },
  { version: 28, symbol: "DEFAULT_TYPE", feature: "default_type", kernel: "3.5" },
  {
    version: 29,
    symbol: "CONSTRAINT_NAMES",
    feature: "type names of constraints as written",
    kernel: "3.14",
  },
  { version: 30, symbol: "XPERMS_IOCTL", feature: "extended permissions for ioctl", kernel: "4.3" },
  { version: 31, symbol: "INFINIBAND", feature: "ibpkeycon and ibendportcon", kernel: "4.13" },
  { version: 32, symbol: "GLBLUB", feature: "default_range with glblub", kernel: "5.5" },
  { version: 33, symbol: "COMP_FTRANS", feature: "compact filename transitions", kernel: "5.8" },
  { version: 34, symbol: "COND_XPERMS", feature: "extended permissions in conditionals", kernel: "6.14" },
  { version: 35, symbol: "NEVERAUDIT", feature: "neveraudit types", kernel: "6.17" },
];

/** How many symbol tables a file of this version has. */
export function symbolTableCount(version: number): number {
  if (version >= VERSION_MLS) return 8;
  return version >= VERSION_BOOL ? 6 : 5;
}

/** How many kinds of object contexts a file of this version has. */
export function objectTableCount(version: number): number {
  if (version >= VERSION_INFINIBAND) return 9;
  return version >= VERSION_IPV6 ? 7 : 6;
}
