-- The plugin of client/neovim in headless Neovim, as its help says: the runtime path, setup(), a file of policy. It
-- tries each command and writes what the windows show as JSON.
local seen = { notes = {} }
vim.notify = function(message)
  table.insert(seen.notes, message)
end

local function finish()
  vim.fn.writefile({ vim.fn.json_encode(seen) }, vim.env.SELS_OUT)
  vim.cmd("qa!")
end

local function windowText(command)
  local before = #vim.api.nvim_list_wins()
  vim.cmd(command)
  vim.wait(20000, function() return #vim.api.nvim_list_wins() > before end, 10)
  local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  return lines
end

local ok, err = pcall(function()
  vim.opt.runtimepath:append(vim.env.SELS_PLUGIN)
  vim.cmd("runtime! plugin/selinux.lua ftdetect/selinux.vim")
  vim.cmd("filetype plugin on | syntax on")
  require("selinux").setup({ cmd = { vim.env.SELS_NODE, vim.env.SELS_SERVER, "--stdio" } })
  vim.cmd("edit " .. vim.env.SELS_FILE)
  seen.filetype = vim.bo.filetype
  seen.root = require("selinux").root(vim.env.SELS_FILE)
  local buffer = vim.api.nvim_get_current_buf()
  local started = vim.wait(20000, function()
    local clients = vim.lsp.buf_get_clients(buffer)
    for _, client in pairs(clients) do
      return client.initialized == true
    end
    return false
  end, 10)
  seen.started = started
  vim.wait(20000, function() return #vim.diagnostic.get(buffer) > 0 end, 10)
  seen.codes = {}
  for _, d in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(seen.codes, d.code)
  end
  vim.cmd("edit " .. vim.env.SELS_OTHER)
  vim.fn.search(vim.env.SELS_CALL)
  seen.expand = windowText("SelinuxExpand")
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes("<CR>", true, false, true), "xt", false)
  seen.jumped = vim.fn.expand("%:t")
  vim.cmd("only")
  vim.cmd("edit " .. vim.env.SELS_OTHER)
  seen.why = windowText("SelinuxWhy webd_t self capability net_bind_service sys_admin")
  vim.cmd("only | edit " .. vim.env.SELS_OTHER)
  vim.fn.search("^allow webd_t self:process")
  seen.access = windowText("SelinuxAccess")
  vim.cmd("only | edit " .. vim.env.SELS_OTHER)
  seen.nlmsg = windowText("SelinuxNlmsg netlink_route_socket nlmsg_write")
  vim.cmd("only | edit " .. vim.env.SELS_OTHER)
  vim.cmd("SelinuxWhy one two")
  vim.cmd("helptags " .. vim.env.SELS_PLUGIN .. "/doc")
  seen.help = #vim.fn.getcompletion("selinux-", "help")
end)
if not ok then
  seen.error = tostring(err)
end
finish()
