-- Commands. Nothing starts here: the server starts when a file of policy is opened and setup() or
-- vim.lsp.enable("selinux") was called.
if vim.g.loaded_selinux then
  return
end
vim.g.loaded_selinux = true

local function define(name, run, options)
  vim.api.nvim_create_user_command(name, function(command)
    run(require("selinux"), command)
  end, options)
end

define("SelinuxExpand", function(selinux, command)
  selinux.expand(command.args)
end, { nargs = "?", desc = "Rules that this line, or the given call, becomes" })

define("SelinuxAccess", function(selinux)
  selinux.access()
end, { desc = "Effective access of the rule under the cursor" })

define("SelinuxWhy", function(selinux, command)
  local words = vim.split(vim.trim(command.args), "%s+")
  if #words < 3 then
    vim.notify("SelinuxWhy takes SOURCE TARGET CLASS [PERMISSION…]", vim.log.levels.ERROR)
    return
  end
  selinux.why(words[1], words[2], words[3], { unpack(words, 4) })
end, { nargs = "+", desc = "Why an access is allowed or denied" })

define("SelinuxNlmsg", function(selinux, command)
  selinux.nlmsg(command.args)
end, { nargs = "+", desc = "Netlink messages: CLASS [PERMISSION|NUMBER], or a NAME" })
