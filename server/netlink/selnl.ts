// The notifications that the kernel multicasts on NETLINK_SELINUX: a change of enforcing mode and a policy
// load. Prints and parses the datagrams: a 16-byte nlmsghdr and a 4-byte payload, native order on the machine
// (little endian unless told otherwise). Invariant: parse(print(x)) is x. Nothing is sent from here.
// Follows security/selinux/netlink.c and include/uapi/linux/selinux_netlink.h.

export const SELNL_MSG_SETENFORCE = 16;
export const SELNL_MSG_POLICYLOAD = 17;
export const SELNLGRP_AVC = 1;
export const NLMSG_HDRLEN = 16;
const MESSAGE_LENGTH = NLMSG_HDRLEN + 4;

/** A notification of the kernel: the new mode, or the sequence number of the loaded policy. */
export type SelnlMessage =
  | { readonly type: "setenforce"; readonly enforcing: number }
  | { readonly type: "policyload"; readonly seqno: number };

/** Why a datagram is not a notification. */
export type SelnlError = "short" | "bad length" | "unknown type";

/** What parsing yields. */
export type SelnlParse =
  | { readonly value: SelnlMessage; readonly error: undefined }
  | { readonly value: undefined; readonly error: SelnlError };

/** The datagram of a notification (flags, sequence and port id 0, as the kernel sends it). */
export function printSelnl(message: SelnlMessage, littleEndian = true): Uint8Array {
  const bytes = new Uint8Array(MESSAGE_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MESSAGE_LENGTH, littleEndian);
  view.setUint16(
    4,
    message.type === "setenforce" ? SELNL_MSG_SETENFORCE : SELNL_MSG_POLICYLOAD,
    littleEndian,
  );
  if (message.type === "setenforce") view.setInt32(NLMSG_HDRLEN, message.enforcing, littleEndian);
  else view.setUint32(NLMSG_HDRLEN, message.seqno, littleEndian);
  return bytes;
}

/** The notification in a datagram. */
export function parseSelnl(bytes: Uint8Array, littleEndian = true): SelnlParse {
  if (bytes.length < MESSAGE_LENGTH) return failed("short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, littleEndian);
  if (length < MESSAGE_LENGTH || length > bytes.length) return failed("bad length");
  const type = view.getUint16(4, littleEndian);
  if (type === SELNL_MSG_SETENFORCE) {
    return parsed({ type: "setenforce", enforcing: view.getInt32(NLMSG_HDRLEN, littleEndian) });
  }
  if (type === SELNL_MSG_POLICYLOAD) {
    return parsed({ type: "policyload", seqno: view.getUint32(NLMSG_HDRLEN, littleEndian) });
  }
  return failed("unknown type");
}

function parsed(value: SelnlMessage): SelnlParse {
  return { value, error: undefined };
}

function failed(error: SelnlError): SelnlParse {
  return { value: undefined, error };
}

/** The notification as libselinux's avc logs it. */
export function describeSelnl(message: SelnlMessage): string {
  return message.type === "setenforce"
    ? `received setenforce notice (enforcing=${message.enforcing})`
    : `received policyload notice (seqno=${message.seqno})`;
}
