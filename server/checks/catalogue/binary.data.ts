// What is wrong with kernel binaries: what libsepol and the kernel refuse when they read one (BIN), and what a kernel
// says when it loads a policy or runs with it (KERN). What finds them is server/checks/binary. Each is told at a byte of
// the file.

import type { CheckRow } from "./catalogue.ts";

const READER = { origin: "compiler", category: "kernel", severity: "error" } as const;
const KERNEL = { origin: "compiler", category: "kernel" } as const;

export const BINARY_ROWS: readonly CheckRow[] = [
  {
    id: "bin-magic",
    ...READER,
    summary: "the file does not begin as a kernel policy does",
    why: "The first word of a kernel policy is 0xf97cff8c, little endian. Modules, packages (`.pp`) and policies of machines with the other byte order have another.",
  },
  {
    id: "bin-string",
    ...READER,
    summary: "the identifying string is not that of SELinux",
    why: "After the magic number stands `SE Linux` with its length. Policies for Xen have `XenFlask`.",
  },
  {
    id: "bin-version",
    ...READER,
    summary: "the policy version or its settings are none that a kernel reads",
    why: "Kernels read versions from 15 up to their own newest; say which kernel is meant with `--kernel`. MLS needs version 19, and a policy cannot both allow and reject what it does not define.",
  },
  {
    id: "bin-tables",
    ...READER,
    summary: "the counts of symbol and object context tables do not fit the version",
    why: "Each version has its number of tables. Another one means a damaged file, or one written by something that mistook the version.",
  },
  {
    id: "bin-trunc",
    ...READER,
    summary: "the file ends inside something",
    why: "What follows a count or length has to be there. The file was cut short, or a count before this place is damaged.",
  },
  {
    id: "bin-trailing",
    origin: "sels",
    category: "kernel",
    severity: "warning",
    summary: "something follows the policy",
    why: "Kernels and libsepol ignore bytes behind the policy. They may be the rest of a longer file that was written over.",
  },
  {
    id: "bin-avtab-order",
    ...READER,
    summary: "an entry of the table of rules is malformed",
    why: "An entry has exactly one kind, is about declared types and classes, and stands once; the table is not empty.",
  },
  {
    id: "bin-avtab-xperm",
    ...READER,
    summary: "an extended permission rule that the version does not have",
    why: "Extended permissions came with version 30, in conditionals with version 34; their kinds are ioctl function, ioctl driver and netlink message.",
  },
  {
    id: "bin-ctx",
    ...READER,
    summary: "a context in the policy is not valid in it",
    why: "The user has to be authorized for the role, the role for the type, and the range has to lie in that of the user. The kernel refuses the policy.",
  },
  {
    id: "bin-role-object",
    ...READER,
    summary: "the role object_r does not have the value 1",
    why: "Kernels give that role to every object by its number.",
  },
  {
    id: "bin-genfs-dup",
    ...READER,
    summary: "a genfs filesystem or entry stands twice",
    why: "The kernel refuses a second entry of one path and class.",
  },
  {
    id: "bin-validate-sym",
    ...READER,
    summary: "a symbol has a value, a property or bounds out of range",
    why: "Values of classes, roles, types, users, booleans, levels and categories are unique and within their table; what they name exists; bounds form no loop.",
  },
  {
    id: "bin-validate-av",
    ...READER,
    summary: "a rule has no permission of its class",
    why: "libsepol refuses such a policy since 3.6; kernels load it. checkpolicy and secilc up to 3.4 write such rules for permission sets that come out empty.",
  },
  {
    id: "bin-validate-constr",
    ...READER,
    summary: "a constraint has a bad operator, operand or depth",
    why: "A constraint is a postfix expression of at most five operands on the stack, with permissions of its class.",
  },
  {
    id: "bin-validate-cond",
    ...READER,
    summary: "a conditional has a bad boolean, operator or depth",
    why: "A conditional is a postfix expression over declared booleans that leaves one value.",
  },
  {
    id: "bin-validate-ocon",
    ...READER,
    summary: "an object context has a bad range, behaviour or number",
    why: "Ports, partition keys, initial SIDs and the behaviours of fs_use have fixed ranges.",
  },
  {
    id: "bin-validate-maps",
    ...READER,
    summary: "a map or transition names what the policy does not define",
    why: "Type and attribute maps, permissive types, policy capabilities and transitions of roles, names and ranges are about declared symbols.",
  },
  {
    id: "kern-undef-class",
    ...KERNEL,
    severity: "information",
    summary: "the policy does not define a class or permission of the kernel",
    why: "The kernel logs each at load (“Class … not defined in policy”), and then allows or denies it as `handle_unknown` of the policy says. `sels query compat` prints the kernel's own lines.",
  },
  {
    id: "kern-reject",
    ...KERNEL,
    severity: "error",
    summary: "the kernel refuses the policy for what it does not define",
    why: "With `handle_unknown` set to reject, one class or permission of the kernel that the policy lacks makes the load fail. Without `--kernel` nobody has said which kernel it is, and this is a warning about the newest.",
  },
  {
    id: "kern-invalid-ctx",
    ...KERNEL,
    severity: "error",
    summary: "the policy does not accept a context of the list",
    why: "Files that carry such a context are treated as unlabelled (“Context … is not valid (left unmapped)”), and setfiles refuses the list. Name the lists with `--contexts file_contexts`.",
  },
  {
    id: "kern-compute-sid",
    ...KERNEL,
    severity: "information",
    summary: "executing a program leads to a context that is never valid",
    why: "No role of the source type may have the new type, and no role transition helps. The kernel logs `op=security_compute_sid invalid_context=…`, and the program does not start. In sources, incomplete-transition tells the statements for which that is always so.",
  },
  {
    id: "kern-validatetrans",
    ...KERNEL,
    severity: "warning",
    summary: "a validatetrans rule refuses every relabelling that a domain is allowed",
    why: "Rules grant relabelfrom and relabelto, and no pair of their types passes. The kernel logs `op=security_validate_transition seresult=denied`.",
  },
  {
    id: "kern-bounds",
    ...KERNEL,
    severity: "warning",
    summary: "bounds take away what rules allow",
    why: "The kernel removes from a bounded type what its parent does not have, and logs `op=security_compute_av reason=bounds`.",
  },
  {
    id: "kern-class",
    ...KERNEL,
    severity: "information",
    summary: "no class has a number below the highest",
    why: "Object managers ask by number. The kernel answers a number without a class with “Invalid class”.",
  },
];
