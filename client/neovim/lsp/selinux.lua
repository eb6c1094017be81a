-- For Neovim 0.11 and newer: vim.lsp.enable("selinux") reads this file from the runtime path. Without a root directory
-- Neovim starts nothing; so a server that is not here is one message, and no error for each file.
local selinux = require("selinux")

---@type vim.lsp.Config
return {
  cmd = selinux.command,
  filetypes = selinux.filetypes,
  root_dir = function(buffer, use)
    -- the command may have been set by vim.lsp.config("selinux", { cmd = … })
    local config = vim.lsp.config["selinux"] or {}
    if selinux.can_start(config.cmd or selinux.command) then
      use(selinux.root(vim.api.nvim_buf_get_name(buffer)))
    end
  end,
}
