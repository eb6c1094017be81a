/*
 * The -D options that the reference policy's Makefile gives m4 (M4PARAM), from the settings of build.conf.
 *
 * Follows the reference policy's Makefile; knows nothing of files. Settings that only matter to the compiler
 * or to installation (UNK_PERMS, NAME, OUTPUT_POLICY …) are not here.
 */

/** The settings of build.conf that change what m4 sees. */
export interface BuildOptions {
  readonly type?: "standard" | "mls" | "mcs" | (string & {});
  readonly distro?: string;
  readonly systemd?: boolean;
  readonly directInitrc?: boolean;
  readonly ubac?: boolean;
  readonly werror?: boolean;
  readonly customBuildopt?: readonly string[];
  readonly mlsSens?: number;
  readonly mlsCats?: number;
  readonly mcsCats?: number;
}

/** The macros defined on m4's command line; `selfContained` adds self_contained_policy. */
export function m4Defines(options: BuildOptions, selfContained: boolean): Record<string, string> {
  const defines: Record<string, string> = {};
  if (options.type === "mls") defines.enable_mls = "true";
  if (options.type === "mcs") defines.enable_mcs = "true";
  if (options.distro) defines[`distro_${options.distro}`] = "true";
  if (options.distro === "ubuntu") defines.distro_debian = "true";
  if (options.systemd) defines.init_systemd = "true";
  for (const name of options.customBuildopt ?? []) defines[name] = "true";
  if (options.directInitrc) defines.direct_sysadm_daemon = "true";
  if (options.werror) defines.m4_werror = "true";
  if (options.ubac) defines.enable_ubac = "true";
  defines.mls_num_sens = String(options.mlsSens ?? 16);
  defines.mls_num_cats = String(options.mlsCats ?? 1024);
  defines.mcs_num_cats = String(options.mcsCats ?? 1024);
  // Debian's package adds this one.
  if (options.distro === "debian") defines.use_alsa = "";
  if (selfContained) defines.self_contained_policy = "";
  return defines;
}
