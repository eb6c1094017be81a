#!/usr/bin/python3
"""Prints the canonical dump of a kernel binary policy, read through libsepol by setools 4.4.

usage: oracle.py POLICY

One fact a line, fields separated by tabs, lines sorted by their UTF-8 bytes, repeated lines kept. DUMP.md is
the exact description. The only part that does not come from setools is the numbering of classes and
permissions, which it does not tell: a small reader of the head of the file gives it.
"""

import struct
import sys

import setools
from setools.exception import MLSDisabled, NoCommon, RuleNotConditional, RuleUseError, TERuleNoFilename


class Reader:
    """The head of a kernel binary policy (policydb_write of libsepol): up to the classes."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def u32(self, count=1):
        values = struct.unpack_from("<%dI" % count, self.data, self.at)
        self.at += 4 * count
        return values

    def text(self, length):
        value = self.data[self.at:self.at + length].decode()
        self.at += length
        return value

    def ebitmap(self):
        _unit, _high, nodes = self.u32(3)
        self.at += nodes * 12

    def permissions(self, count):
        perms = {}
        for _ in range(count):
            length, value = self.u32(2)
            perms[value] = self.text(length)
        return [perms[value] for value in sorted(perms)]

    def constraints(self, count, version):
        for _ in range(count):
            _perms, nodes = self.u32(2)
            for _ in range(nodes):
                kind, _attr, _op = self.u32(3)
                if kind == 5:
                    self.ebitmap()
                    if version >= 29:
                        self.ebitmap()
                        self.ebitmap()
                        self.u32()


def read_classes(path):
    """([(common, [permission in order])], {class: (value, [own permission in order])})"""
    with open(path, "rb") as stream:
        reader = Reader(stream.read())
    _magic, length = reader.u32(2)
    reader.text(length)
    version, _config, _symbols, _ocontexts = reader.u32(4)
    if version >= 22:
        reader.ebitmap()
    if version >= 23:
        reader.ebitmap()
    commons = []
    for _ in range(reader.u32(2)[1]):
        length, _value, _nprim, count = reader.u32(4)
        name = reader.text(length)
        commons.append((name, reader.permissions(count)))
    classes = {}
    for _ in range(reader.u32(2)[1]):
        length, common, value, _nprim, count, constraints = reader.u32(6)
        name = reader.text(length)
        reader.text(common)
        classes[name] = (value, reader.permissions(count))
        reader.constraints(constraints, version)
        if version >= 19:
            reader.constraints(reader.u32()[0], version)
        if version >= 27:
            reader.u32(3)
        if version >= 28:
            reader.u32()
    return commons, classes


class Dump:
    """Collects the facts of one policy."""

    def __init__(self, path):
        self.policy = setools.SELinuxPolicy(path)
        self.lines = []
        self.tables = {}
        self.category_values = {}
        self.path = path

    def fact(self, *fields):
        self.lines.append("\t".join(fields))

    # ---- forms

    def level(self, level):
        cats = sorted((c._value, str(c)) for c in level.categories())
        parts = []
        i = 0
        while i < len(cats):
            j = i
            while j + 1 < len(cats) and cats[j + 1][0] == cats[j][0] + 1:
                j += 1
            parts.append(cats[i][1])
            if j > i:
                parts.append(("." if j - i > 1 else ",") + cats[j][1])
            i = j + 1
            if i < len(cats):
                parts.append(",")
        name = str(level.sensitivity)
        return name + (":" + "".join(parts) if parts else "")

    def range(self, rng):
        low = self.level(rng.low)
        high = self.level(rng.high)
        return low if low == high else low + "-" + high

    def context(self, con):
        text = "%s:%s:%s" % (con.user, con.role, con.type_)
        try:
            return text + ":" + self.range(con.range_)
        except MLSDisabled:
            return text

    def active_when(self, rule):
        """When a rule applies: `-`, or boolean names and the truth table of "the rule is active"."""
        try:
            conditional = rule.conditional
        except RuleNotConditional:
            return "-"
        key = (id(conditional), bool(rule.conditional_block))
        found = self.tables.get(key)
        if found is None:
            found = (self.truth(conditional, key[1]), conditional)
            self.tables[key] = found
        return found[0]

    @staticmethod
    def truth(conditional, branch):
        names = sorted(str(b) for b in conditional.booleans)
        bits = 0
        for row in conditional.truth_table():
            at = sum(1 << i for i, name in enumerate(names) if row.values[name])
            if bool(row.result) == branch:
                bits |= 1 << at
        return "%s:%x" % (",".join(names), bits)

    # ---- facts

    def symbols(self):
        policy = self.policy
        self.fact("handle_unknown", str(policy.handle_unknown))
        self.fact("mls", "1" if policy.mls else "0")
        for cap in policy.polcaps():
            self.fact("policycap", str(cap))
        commons, classes = read_classes(self.path)
        for name, perms in commons:
            self.fact("common", name, ",".join(perms))
        for tclass in policy.classes():
            value, perms = classes[str(tclass)]
            try:
                common = str(tclass.common)
            except NoCommon:
                common = "-"
            self.fact("class", str(tclass), str(value), common, ",".join(perms) or "-")
        for default in policy.defaults():
            fields = [str(default.ruletype), str(default.tclass), str(default.default)]
            low_high = getattr(default, "default_range", None)
            if low_high is not None:
                fields[2] += " " + str(low_high)
            self.fact(*fields)
        for boolean in policy.bools():
            self.fact("bool", str(boolean), "1" if boolean.state else "0")
        for tattr in policy.typeattributes():
            self.fact("attribute", str(tattr))
            for member in tattr.expand():
                self.fact("attribute_member", str(tattr), str(member))
        for type_ in policy.types():
            self.fact("type", str(type_))
            for alias in type_.aliases():
                self.fact("typealias", str(type_), str(alias))
            if type_.ispermissive:
                self.fact("permissive", str(type_))
        for bounds in policy.bounds():
            self.fact(str(bounds.ruletype), str(bounds.parent), str(bounds.child))
        for role in policy.roles():
            self.fact("role", str(role))
            if str(role) != "object_r":
                for type_ in role.types():
                    self.fact("role_type", str(role), str(type_))
        for user in policy.users():
            # object_r is an implicit role of every user in source policies only.
            roles = sorted(str(role) for role in user.roles if str(role) != "object_r")
            try:
                level, rng = self.level(user.mls_level), self.range(user.mls_range)
            except MLSDisabled:
                level, rng = "-", "-"
            self.fact("user", str(user), ",".join(roles) or "-", level, rng)

    def mls(self):
        if not self.policy.mls:
            return
        for sens in self.policy.sensitivities():
            self.fact("sensitivity", str(sens._value), str(sens), ",".join(sorted(sens.aliases())) or "-")
        for cat in self.policy.categories():
            self.fact("category", str(cat._value), str(cat), ",".join(sorted(cat.aliases())) or "-")
        for level in self.policy.levels():
            self.fact("level", self.level(level))

    def rules(self):
        merged = {}
        for rule in self.policy.terules():
            kind = rule.ruletype.name
            key = (kind, str(rule.source), str(rule.target), str(rule.tclass), self.active_when(rule))
            if rule.extended:
                key += (rule.xperm_type,)
                merged.setdefault(key, set()).update(int(value) for value in rule.perms)
            elif kind in ("allow", "auditallow", "dontaudit"):
                merged.setdefault(key, set()).update(rule.perms)
            else:
                try:
                    name = '"%s"' % rule.filename
                except (RuleUseError, TERuleNoFilename):
                    name = "-"
                kind, source, target, tclass, when = key
                self.fact(kind, source, target, tclass, name, str(rule.default), when)
        for key, perms in merged.items():
            kind, source, target, tclass, when = key[:5]
            if len(key) == 6:
                self.fact(kind, source, target, tclass, key[5], hex_ranges(perms), when)
            else:
                self.fact(kind, source, target, tclass, ",".join(sorted(perms)), when)
        for rule in self.policy.mlsrules():
            self.fact(rule.ruletype.name, str(rule.source), str(rule.target), str(rule.tclass),
                      self.range(rule.default))
        for rule in self.policy.rbacrules():
            if rule.ruletype.name == "allow":
                self.fact("role_allow", str(rule.source), str(rule.target))
            else:
                self.fact("role_transition", str(rule.source), str(rule.target), str(rule.tclass),
                          str(rule.default))

    def constraints(self):
        for item in self.policy.constraints():
            kind = item.ruletype.name
            perms = ",".join(sorted(item.perms)) if kind in ("constrain", "mlsconstrain") else "-"
            words = []
            for word in item.expression:
                if isinstance(word, frozenset):
                    words.append("{" + ",".join(sorted(str(name) for name in word)) + "}")
                else:
                    words.append(word)
            self.fact(kind, str(item.tclass), perms, " ".join(words))

    def contexts(self):
        policy = self.policy
        for sid in policy.initialsids():
            self.fact("sid", str(sid), self.context(sid.context))
        for use in policy.fs_uses():
            self.fact(use.ruletype.name, use.fs, self.context(use.context))
        for gen in policy.genfscons():
            tclass = str(gen.tclass) if int(gen.filetype) != 0 else "-"
            self.fact("genfscon", gen.fs, gen.path, tclass, self.context(gen.context))
        for i, port in enumerate(policy.portcons()):
            self.fact("portcon", "%05d" % i, port.protocol.name, str(port.ports.low), str(port.ports.high),
                      self.context(port.context))
        for netif in policy.netifcons():
            self.fact("netifcon", netif.netif, self.context(netif.context), self.context(netif.packet))
        places = {}
        for node in policy.nodecons():
            version = node.ip_version.name
            place = places[version] = places.get(version, -1) + 1
            self.fact("nodecon", version, "%05d" % place, node.network.network_address.packed.hex(),
                      node.network.netmask.packed.hex(), self.context(node.context))
        for pkey in policy.ibpkeycons():
            self.fact("ibpkeycon", pkey.subnet_prefix.packed.hex()[:16], str(pkey.pkeys.low),
                      str(pkey.pkeys.high), self.context(pkey.context))
        for port in policy.ibendportcons():
            self.fact("ibendportcon", port.name, str(port.port), self.context(port.context))


def hex_ranges(values):
    parts = []
    ordered = sorted(values)
    i = 0
    while i < len(ordered):
        j = i
        while j + 1 < len(ordered) and ordered[j + 1] == ordered[j] + 1:
            j += 1
        parts.append("%04x" % ordered[i] if i == j else "%04x-%04x" % (ordered[i], ordered[j]))
        i = j + 1
    return ",".join(parts)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    dump = Dump(sys.argv[1])
    dump.symbols()
    dump.mls()
    dump.rules()
    dump.constraints()
    dump.contexts()
    out = sys.stdout.buffer
    for line in sorted(line.encode() for line in dump.lines):
        out.write(line + b"\n")


main()
