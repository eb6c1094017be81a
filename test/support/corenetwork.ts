/**
 * A policy whose corenetwork module is generated, as in a fresh checkout: small macros of the reference policy's kind,
 * and a module that uses what they make. The files that `make` would write are not there.
 */
import { TINY_TREE } from "./fixture.ts";

/** Where the module's files would stand, without suffix. */
export const CORENETWORK = "/p/policy/modules/kernel/corenetwork";
export const USER = "/p/policy/modules/apps/app.te";

/** corenetwork.te.in, with a text that is longer in bytes than in characters before what matters. */
export const TE_IN = `policy_module(corenetwork, 1.0.0)

# Größe: “port” and 𝕡.
attribute port_type;
type port_t, port_type;

network_port(http, tcp,80,s0, tcp,8080,s0)
network_port(ssh, tcp,22,s0) # é remote

optional_policy(\`\`
	kernel_read_files(port_t)
'')

allow port_t port_type:file read;

switched(\`enabled',\`
network_port(lo, udp,7,s0)
',\`
typealias port_t alias lo_port_t;
')
`;

export const IF_IN = `## <summary>Networks.</summary>

########################################
## <summary>
##	Make a type one of ports.
## </summary>
## <param name="type">
##	<summary>
##	Type of a port.
##	</summary>
## </param>
#
interface(\`corenet_port',\`
	gen_require(\`
		attribute port_type;
	')

	typeattribute $1 port_type;
')
`;

const TE_M4 = `define(\`switched',\`ifelse(\`$1',\`enabled',\`$2',\`$3')')
define(\`label_ports',\`dnl
portcon $2 $3 gen_context(system_u:object_r:$1,$4)
ifelse(\`$5',\`',\`',\`label_ports($1,shift(shift(shift(shift($*)))))')dnl
')
define(\`network_port',\`
type $1_port_t, port_type;
ifelse(\`$2',\`',\`',\`label_ports($1_port_t,shift($*))')dnl
')
`;

const IF_M4 = `define(\`network_port',\`\`
########################################
## <summary>
##	Bind to the $1 port.
## </summary>
## <param name="domain">
##	<summary>
##	Domain allowed access.
##	</summary>
## </param>
#
interface(\`corenet_bind_$1_port',\`
	gen_require(\`
		type $1_port_t;
	')

	allow dollarsone $1_port_t:file write;
	allow dollarsone $1_port_t:dir search;
')
'')
`;

export const APP = `policy_module(app, 1.0.0)

type app_t;
corenet_bind_http_port(app_t)
corenet_port(app_t)
allow app_t http_port_t:file read;
allow app_t lo_port_t:file read;
`;

/** The inputs of corenetwork by suffix. */
export const INPUTS: Readonly<Record<string, string>> = {
  "te.in": TE_IN,
  "te.m4": TE_M4,
  "if.in": IF_IN,
  "if.m4": IF_M4,
};

/** The whole policy as a fixture's text. */
export const CORENETWORK_TREE = [
  TINY_TREE.trimEnd(),
  ...Object.entries(INPUTS).map(([suffix, text]) => `//- ${CORENETWORK}.${suffix}\n${text.trimEnd()}\n`),
  `//- ${USER}\n${APP}`,
].join("\n");
