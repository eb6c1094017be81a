-- For Neovim 0.11 and newer: vim.lsp.enable("selinux") reads this file from the runtime path.
local selinux = require("selinux")

---@type vim.lsp.Config
return {
  cmd = selinux.command,
  filetypes = selinux.filetypes,
  root_dir = function(buffer, use)
    use(selinux.root(vim.api.nvim_buf_get_name(buffer)))
  end,
}
