-- The plugin without settings of ours, as people paste it. SELS_HOW is "setup" for require("selinux").setup({}), or
-- "enable" for vim.lsp.enable("selinux"): Neovim before 0.11 has no such function, so it is played here as
-- `:help vim.lsp.enable()` tells it: lsp/NAME.lua of the runtime path, with what vim.lsp.config() adds on top; for a
-- buffer with one of the file types root_dir(buffer, use) is called, and the client starts when that calls `use`.
local seen = { notes = {}, started = {}, unknown = {} }
vim.notify = function(message)
  table.insert(seen.notes, message)
end

local KNOWN = { cmd = "table", filetypes = "table", root_dir = "function", root_markers = "table", settings = "table" }

local function play_011()
  local added = {}
  local function resolved(name)
    local config = {}
    for _, file in ipairs(vim.api.nvim_get_runtime_file("lsp/" .. name .. ".lua", true)) do
      config = vim.tbl_deep_extend("force", config, assert(loadfile(file))())
    end
    return vim.tbl_deep_extend("force", config, added[name] or {})
  end
  vim.lsp.config = setmetatable({}, {
    __index = function(_, name)
      return resolved(name)
    end,
    __call = function(_, name, config)
      added[name] = vim.tbl_deep_extend("force", added[name] or {}, config)
    end,
  })
  vim.lsp.enable = function(name)
    local config = resolved(name)
    for key, value in pairs(config) do
      if KNOWN[key] ~= nil and type(value) ~= KNOWN[key] then
        table.insert(seen.unknown, key)
      end
    end
    vim.api.nvim_create_autocmd("FileType", {
      pattern = config.filetypes,
      callback = function(event)
        config.root_dir(event.buf, function(root)
          local client = vim.tbl_extend("force", config, { name = name, root_dir = root })
          client.filetypes = nil
          vim.lsp.buf_attach_client(event.buf, vim.lsp.start_client(client))
        end)
      end,
    })
  end
end

local start_client = vim.lsp.start_client
vim.lsp.start_client = function(config)
  table.insert(seen.started, { cmd = config.cmd, root = config.root_dir })
  return start_client(config)
end

local ok, err = pcall(function()
  vim.opt.runtimepath:append(vim.env.SELS_PLUGIN)
  vim.cmd("runtime! plugin/selinux.lua ftdetect/selinux.vim")
  vim.cmd("filetype plugin on")
  if vim.lsp.enable == nil and vim.env.SELS_HOW == "enable" then
    play_011()
  end
  if vim.env.SELS_HOW == "enable" then
    vim.lsp.enable("selinux")
  else
    require("selinux").setup({})
  end
  vim.cmd("edit " .. vim.fn.fnameescape(vim.env.SELS_OTHER))
  vim.cmd("edit " .. vim.fn.fnameescape(vim.env.SELS_FILE))
  local buffer = vim.api.nvim_get_current_buf()
  if #seen.started > 0 then
    vim.wait(20000, function() return #vim.diagnostic.get(buffer) > 0 end, 10)
  end
  seen.found = #vim.diagnostic.get(buffer)
end)
if not ok then
  seen.error = tostring(err)
end
vim.fn.writefile({ vim.fn.json_encode(seen) }, vim.env.SELS_OUT)
vim.cmd("qa!")
