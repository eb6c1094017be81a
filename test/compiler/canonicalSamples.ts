/**
 * Small policies, each aimed at an order or a numbering that libsepol makes in its own way. Every one is a complete
 * policy.conf: flask and MLS definitions, then the sample's own text, then users and initial contexts.
 */

/** A sample: its own declarations and rules, and labels that may refer to them. */
export interface Sample {
  readonly name: string;
  readonly text: string;
  /** default_user and its like */
  readonly defaults?: string;
  readonly users?: string;
  readonly constraints?: string;
  readonly labels?: string;
  /** compiled without -M */
  readonly plain?: boolean;
}

const FLASK = `class file class dir class process class tcp_socket class sock_file
sid kernel sid security sid unlabeled
common filelike { read write getattr ioctl open }
common sock { bind connect }
class file inherits filelike { execute entrypoint }
class dir inherits filelike { search add_name }
class process { transition fork signal }
class tcp_socket inherits sock { node_bind name_bind }
class sock_file inherits filelike
`;
const MLS = `sensitivity s0 alias lowest; sensitivity s1; dominance { s0 s1 }
category c0 alias cat0; category c1; category c2; category c3;
level s0:c0.c3; level s1:c0.c3;
mlsconstrain file { read write } ( l1 dom l2 or t1 == sys_t );
mlsvalidatetrans file ( l1 == l2 or t3 == { sys_t unl_t } );
`;
const TAIL = `type sys_t; type unl_t; role sys_r; role sys_r types sys_t; role sys_r types unl_t;
allow sys_t self:process fork;
`;

/** The whole policy.conf of a sample. */
export function confOf(sample: Sample): string {
  const { text, defaults = "", users = "", constraints = "", labels = "", plain = false } = sample;
  const context = (rest: string): string => (plain ? rest : `${rest}:s0`);
  const user = `user sys_u roles { sys_r }${plain ? "" : " level s0 range s0 - s1:c0.c3"};`;
  const sids = `sid kernel ${context("sys_u:sys_r:sys_t")}\nsid unlabeled ${context("sys_u:object_r:unl_t")}`;
  const parts = [FLASK, defaults, plain ? "" : MLS, TAIL, text, user, users, constraints, sids, labels];
  return `${parts.join("\n")}\n`;
}

function names(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}_t`);
}

export const SAMPLES: readonly Sample[] = [
  {
    name: "type rules that are cut short by an equal one",
    text: `type a_t; type b_t; type c_t; type d_t; attribute many; typeattribute a_t many; typeattribute d_t many;
bool flag true;
type_transition a_t b_t:dir c_t;
type_transition a_t b_t:{ file dir } c_t;
optional { require { type a_t, d_t; } type_transition d_t b_t:sock_file c_t; }
optional {
  require { type d_t; }
  type_transition d_t b_t:{ sock_file file } c_t;
  optional { require { type d_t; } type_transition d_t b_t:{ dir file } c_t; }
}
type_transition d_t b_t:{ process dir } c_t;
type_member many c_t:file b_t;
type_member a_t c_t:{ dir process file } b_t;
type_change a_t c_t:{ sock_file tcp_socket } b_t;
type_change a_t c_t:{ sock_file dir } b_t;
if (flag) {
  type_transition a_t d_t:dir c_t;
  type_transition a_t d_t:{ file dir } c_t;
} else { type_transition a_t d_t:{ file dir } c_t; }
`,
  },
  { name: "little", text: "type a_t; allow a_t sys_t:file { read write };" },
  { name: "without MLS", plain: true, text: "type a_t; allow a_t sys_t:file { read write };" },
  {
    name: "types, attributes and aliases in the order of the table",
    text: "attribute z; attribute a; type m_t alias { n_t o_t }, z, a; type b_t, a; typealias b_t alias q_t; allow z a:file read;",
  },
  {
    name: "more names than buckets",
    text: names(700, "many")
      .map((name) => `type ${name}; allow ${name} self:file read;`)
      .join("\n"),
  },
  {
    name: "names of dropped optionals count for the buckets",
    text:
      names(500, "few")
        .map((name) => `type ${name};`)
        .join("\n") +
      `allow few1_t few2_t:file read; optional { require { type absent_t; } ${names(40, "dropped")
        .map((name) => `type ${name};`)
        .join(" ")} }`,
  },
  {
    name: "kinds of one triple in the order of their appearance",
    text: `type a_t; type b_t; dontaudit a_t b_t:file write; allow a_t b_t:file read; auditallow a_t b_t:file read;
      type_transition a_t b_t:file a_t; allow b_t a_t:file read; type_member b_t a_t:file a_t; auditallow b_t a_t:file write;`,
  },
  {
    name: "optionals after the global part",
    text: `type a_t; type b_t; optional { require { type a_t; } dontaudit a_t b_t:file write; type o_t; allow o_t b_t:dir search; }
      allow a_t b_t:file read; optional { require { type absent_t; } type never_t; } else { allow b_t a_t:file open; dontaudit a_t b_t:dir read; }
      optional { require { type o_t; } allow a_t b_t:dir read; optional { require { type b_t; } auditallow a_t o_t:file read; allow a_t o_t:file read; } dontaudit a_t o_t:file read; }`,
  },
  {
    name: "extended permissions",
    text: `type a_t; type b_t; allow a_t b_t:file ioctl; allowxperm a_t b_t:file ioctl { 0x9000-0x91ff 0x8900-0x8910 0x1234 };
      allowxperm a_t b_t:file ioctl { 0x7700 0x8920 0xff00-0xffff }; dontauditxperm a_t b_t:file ioctl { 0x0100-0x02ff 0x0310 };
      auditallowxperm a_t self:file ioctl ~{ 0x1000 };`,
  },
  {
    name: "conditionals: the last first, rules backwards, type rules in front",
    text: `bool x true; bool y false; type a_t; type b_t;
      if (x) { allow a_t b_t:file read; type_transition a_t b_t:file a_t; dontaudit a_t b_t:dir write; type_change a_t b_t:dir b_t; }
      if (y) { auditallow a_t { a_t b_t }:{ file dir } read; } else { allow { a_t b_t } self:{ dir file } write; type_member { a_t b_t } b_t:{ dir process file } a_t; }`,
  },
  {
    name: "conditionals that are one",
    text: `bool x true; bool y false; type a_t; type b_t;
      if (x && y) { allow a_t b_t:file read; } if (!x) { allow a_t b_t:file write; } else { allow a_t b_t:dir write; }
      if (y && x) { allow a_t b_t:file open; allow a_t b_t:file write; } if (x) { allow a_t b_t:file getattr; } if (!(y && x)) { allow b_t a_t:file read; }`,
  },
  {
    name: "conditionals in optionals",
    text: `bool x true; type a_t; type b_t; optional { require { bool x; type a_t; } bool o false; if (o) { allow a_t b_t:file read; } if (x) { allow a_t b_t:file open; } }
      if (x) { allow a_t b_t:dir read; } else { }`,
  },
  {
    name: "empty conditional and operators",
    text: `bool x true; bool y false; bool z true; type a_t; if (x) { } if (x ^ y) { allow a_t self:file read; } if (x == z) { allow a_t self:file write; }
      if ((x || y) != z) { allow a_t self:dir read; } else { allow a_t self:dir write; } if (!x || !z) { allow a_t self:dir open; }`,
  },
  {
    name: "roles and role attributes",
    text: `attribute_role ra; attribute_role rb; type a_t; type b_t; role z_r; role b_r, ra; role a_r; roleattribute a_r ra; roleattribute z_r rb;
      role ra types a_t; role rb types b_t; role z_r types sys_t; allow ra sys_r; allow sys_r { z_r a_r }; allow z_r b_r;`,
  },
  {
    name: "role transitions",
    text: `attribute at; type b_t, at; type a_t, at; role z_r; role b_r; role z_r types at; role b_r types at;
      role_transition { z_r b_r } at:{ process file } sys_r; role_transition sys_r a_t z_r; allow z_r sys_r; allow b_r sys_r; allow sys_r z_r;
      optional { require { role z_r; type a_t; } role_transition z_r a_t:dir b_r; allow z_r b_r; allow b_r z_r; }`,
  },
  {
    name: "filename transitions",
    text: `attribute at; type a_t, at; type b_t, at; type c_t; type d_t; type_transition a_t c_t:file d_t "one"; type_transition b_t c_t:file a_t "one";
      type_transition sys_t c_t:file b_t "one"; type_transition at d_t:dir c_t "two"; type_transition sys_t d_t:dir a_t "two"; type_transition a_t c_t:dir d_t "one";
      optional { require { type c_t; } type_transition unl_t c_t:file c_t "one"; }`,
  },
  {
    name: "range transitions",
    text: `attribute at; type a_t, at; type b_t, at; range_transition at b_t:process s0:c0.c2 - s1:c0.c2; range_transition b_t sys_t:file s0:c0,c1,c3; range_transition a_t a_t s0;`,
  },
  {
    name: "constraints",
    text: "attribute at; type a_t, at; type b_t, at;",
    constraints: `constrain file { read write } ( u1 == u2 or t1 == at );
      constrain { file dir } { write open } ( r1 == sys_r or t1 == { at sys_t } and t2 != a_t );
      validatetrans file ( t3 == at or u1 == u2 );
      constrain dir search ( not u1 == u2 ); constrain process transition ( r1 dom r2 or u1 != sys_u );`,
  },
  {
    name: "defaults, bounds, permissive, capabilities",
    defaults: `default_user file source; default_role { file dir } target; default_type dir source; default_range dir target low-high; default_range process glblub;`,
    text: `policycap open_perms; policycap network_peer_controls; type a_t; type b_t; typebounds a_t b_t; type p_t alias pp_t; permissive p_t; permissive a_t;`,
  },
  {
    name: "sets",
    text: `attribute at; attribute other; type a_t, at; type b_t, at; type c_t, other; allow { at -a_t } { other sys_t }:{ file dir } { read write };
      allow at { other -c_t }:file *; allow sys_t at:dir ~{ read }; dontaudit at at:dir ~{ write search }; allow { at other } self:file open; dontaudit at { self c_t }:dir search;`,
    plain: true,
  },
  {
    name: "users and booleans in the order of the table",
    text: "bool zz true; bool aa false; bool mm true; type a_t; allow a_t self:file read;",
    users:
      "user other_u roles { sys_r } level s1:c1 range s0 - s1:c0.c3; user an_u roles sys_r level s0 range s0;",
  },
  {
    name: "labels",
    text: "type a_t; allow a_t self:file read;",
    labels: `fscon 8 1 sys_u:object_r:a_t:s0 sys_u:object_r:unl_t:s0
fscon 9 17 sys_u:object_r:unl_t:s0 sys_u:object_r:a_t:s0
fs_use_xattr ext4 sys_u:object_r:a_t:s0; fs_use_task pipefs sys_u:object_r:a_t:s0; fs_use_trans tmpfs sys_u:object_r:unl_t:s0; fs_use_xattr btrfs sys_u:object_r:a_t:s0;
genfscon proc / sys_u:object_r:a_t:s0
genfscon sysfs / sys_u:object_r:a_t:s0
genfscon proc /net -d sys_u:object_r:unl_t:s0
genfscon proc /fs sys_u:object_r:unl_t:s0
genfscon proc /net -- sys_u:object_r:unl_t:s1:c1
genfscon cgroup / sys_u:object_r:unl_t:s0
portcon tcp 80 sys_u:object_r:a_t:s0
portcon udp 1-100 sys_u:object_r:a_t:s0
portcon tcp 1-1023 sys_u:object_r:unl_t:s0
portcon sctp 5 sys_u:object_r:unl_t:s0
netifcon lo sys_u:object_r:a_t:s0 sys_u:object_r:unl_t:s0
netifcon eth0 sys_u:object_r:unl_t:s0 sys_u:object_r:a_t:s0
nodecon 10.0.0.0 255.0.0.0 sys_u:object_r:unl_t:s0
nodecon 127.0.0.1 255.255.255.255 sys_u:object_r:a_t:s0
nodecon 10.1.0.0 255.255.0.0 sys_u:object_r:a_t:s0
nodecon fe80:: ffff:: sys_u:object_r:unl_t:s0
nodecon ::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff sys_u:object_r:a_t:s0
ibpkeycon fe80:: 1-0x7fff sys_u:object_r:a_t:s0
ibpkeycon fe80:: 0xffff sys_u:object_r:unl_t:s0
ibendportcon mlx4_0 2 sys_u:object_r:a_t:s0
ibendportcon mlx4_1 1 sys_u:object_r:unl_t:s0`,
  },
  {
    name: "attributes in conditionals",
    text: `attribute at; attribute gone; bool x false; type a_t, at, gone; type b_t, at, gone; allow gone at:file read; allow at gone:dir search;
      if (x) { allow at gone:file write; allow gone self:dir write; dontaudit { at -a_t } at:file open; }`,
  },
  {
    name: "expanded attributes",
    text: `attribute gone; attribute kept; attribute both; attribute late; bool x true; type a_t, gone, kept, both; type b_t, gone, both; type c_t, kept;
      expandattribute { gone both } true; expandattribute { kept both } false;
      allow gone c_t:file read; allow kept gone:file write; allow { c_t gone kept } { both gone }:dir search; allow gone self:file open; allow { gone -b_t } kept:dir write;
      if (x) { allow gone gone:file write; dontaudit kept gone:file open; } else { auditallow { gone c_t } both:dir read; }
      allow gone gone:file ioctl; allowxperm gone kept:file ioctl { 0x1234 }; dontaudit gone c_t:file ~{ read }; neverallow gone sys_t:process transition;
      role x_r; role x_r types gone; role_transition sys_r gone x_r; allow sys_r x_r; range_transition gone kept:process s0:c0.c2; type_transition gone kept:file c_t; type_transition gone kept:dir c_t "name";
      allow late sys_t:file read; optional { require { type nowhere_t; attribute late; } expandattribute late true; typeattribute b_t late; } typeattribute c_t late;
      optional { require { type a_t; attribute late; } typeattribute a_t late; attribute inner; expandattribute inner true; typeattribute a_t inner; allow inner late:file write; }`,
    constraints: "constrain file { read } ( t1 == gone or t2 == { gone kept } or t1 != both );",
  },
  {
    name: "tunables",
    text: `tunable on true; tunable off false; bool x true; type a_t; type b_t; type c_t;
      allow a_t b_t:file read; if (on) { auditallow a_t b_t:file read; dontaudit a_t b_t:file write; allow a_t c_t:file read; } else { allow a_t c_t:file write; }
      if (!on || off) { allow a_t b_t:file write; } else { dontaudit a_t c_t:dir read; allow a_t c_t:dir read; type_transition a_t c_t:file b_t; }
      auditallow a_t c_t:dir read; if (x) { allow b_t c_t:file read; } if (!(!x)) { allow b_t c_t:dir read; } if (!(!(!x))) { dontaudit b_t c_t:dir read; } if (off) { allow b_t c_t:file write; type_transition a_t c_t:file c_t; }
      if (on) { type_change a_t c_t:dir b_t; auditallow a_t c_t:file open; type_member a_t c_t:dir c_t; }
      optional { require { tunable on; type c_t; } if (on && !off) { auditallow b_t c_t:dir open; allow b_t c_t:dir open; } tunable inner true; if (inner == off) { allow c_t c_t:dir read; } else { allow c_t c_t:dir write; } }`,
  },
  {
    name: "else branches in blocks that are off, optionals in else branches that are not",
    text: `type a_t; type b_t; bool x true;
      optional { require { type no_t; } allow a_t b_t:file read; optional { allow a_t b_t:file write; } else { allow a_t b_t:file open; } }
      optional { require { type a_t; } allow b_t a_t:file read; } else { optional { type c_t; allow c_t b_t:file open; optional { require { type a_t; } allow c_t a_t:file open; } else { allow c_t a_t:file write; } } }
      optional { require { type a_t; } optional { require { type no_t; } allow a_t b_t:dir write; } else { allow a_t b_t:dir open; optional { require { type no_t; } allow a_t b_t:dir search; } else { if (x) { allow a_t b_t:dir read; } } } }
      optional { require { type no_t, a_t; } type lost_t; optional { allow a_t lost_t:dir read; } else { allow { a_t lost_t } b_t:sock_file read; } }`,
  },
  {
    name: "memberships in optionals",
    text: `attribute at; type a_t; type b_t; role x_r; role x_r types at; typeattribute a_t at;
      optional { require { type b_t; attribute at; } typeattribute b_t at; type c_t, at; role x_r types c_t; allow at c_t:file read; }`,
  },
  {
    name: "aliases and attributes that optionals declare",
    text: `type a_t; attribute at; optional { require { type a_t; } typealias a_t alias later_t; attribute inner; type i_t, inner, at; allow inner at:file read; }
      typeattribute a_t at; allow a_t at:dir read; permissive a_t;`,
  },
  {
    name: "one rule in both branches, again and again",
    text: `bool x true; bool y true; type a_t; type b_t; if (x) { allow a_t b_t:file read; allow a_t b_t:file write; allow a_t b_t:file read; } else { allow a_t b_t:file read; }
      if (y) { allow a_t b_t:file read; } if (x) { allow b_t a_t:file read; allow a_t b_t:file open; } else { type_transition a_t b_t:file b_t; type_transition a_t b_t:dir b_t; allow b_t b_t:dir read; }
      allow a_t b_t:file read; dontaudit a_t b_t:file read; neverallow b_t sys_t:process fork;`,
  },
  {
    name: "required names that nothing declares",
    text: `type a_t; ${Array.from({ length: 20 }, (_, i) => `bool b${i} ${i % 3 === 0};`).join(" ")} ${Array.from({ length: 14 }, (_, i) => `role q${i}_r;`).join(" ")}
      optional { require { role none_r, nil_r, nought_r; bool nothing, nowhere; type a_t; user nobody_u; } allow a_t self:file read; role_transition none_r a_t sys_r; }
      if (b3) { allow a_t self:dir read; }`,
  },
  {
    name: "conditionals negated twice",
    text: `bool a true; bool b false; type a_t; if (!(!a)) { allow a_t self:file read; } else { allow a_t self:file write; }
      if (!(!(!b))) { allow a_t self:dir read; } else { allow a_t self:dir write; } if (!(!(a && b))) { allow a_t self:file open; } if (!(b == a)) { dontaudit a_t self:file open; } else { auditallow a_t self:file open; }`,
  },
  {
    name: "negated and long expressions",
    text: `bool a true; bool b false; bool c true; bool d false; bool e true; bool f true; type a_t;
      if (!a) { allow a_t self:file read; } if (a || b || c || d || e || f) { allow a_t self:file write; } if (!(a && !b)) { allow a_t self:dir read; } else { allow a_t self:dir write; }`,
  },
  {
    name: "nested optionals and else branches",
    text: `type a_t; type b_t; optional { require { type a_t; } optional { require { type no_t; } allow a_t b_t:file read; } else { dontaudit a_t b_t:file read; auditallow b_t a_t:file read; } allow a_t b_t:file write; }
      optional { require { type no_t; } optional { require { type b_t; } type lost_t; } } auditallow a_t b_t:file write; allow b_t a_t:file read;`,
  },
];
