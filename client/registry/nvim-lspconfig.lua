---@brief
---
--- https://www.npmjs.com/package/selinux-language-server
---
--- Language server for SELinux policy: reference-policy modules, interfaces, file contexts and policy.conf.
---
--- ```sh
--- npm install -g selinux-language-server
--- ```
---
--- File types are not part of Neovim:
---
--- ```lua
--- vim.filetype.add({ extension = { te = "selinux", ["if"] = "selinux", spt = "selinux", fc = "selinuxfc" } })
--- ```

---@type vim.lsp.Config
return {
  cmd = { "selinux-language-server", "--stdio" },
  filetypes = { "selinux", "selinuxfc" },
  root_markers = { { "build.conf", ".sels.json" }, ".git" },
}
