-- The client of selinux-language-server for Neovim 0.7.2 and newer. It finds the policy that a file belongs to, starts
-- the server for it, and asks the server's own requests (docs/lsp-extensions.md). It keeps no state but the settings
-- that setup() was given.
local M = {}

M.filetypes = { "selinux", "selinuxfc" }

local PROGRAM = "selinux-language-server"

--- What starts the server: the program in the PATH, else the bundle of the package or checkout whose
--- `client/neovim` this is, run by Node; nil when neither is here.
function M.find_command()
  if vim.fn.executable(PROGRAM) == 1 then
    return { PROGRAM, "--stdio" }
  end
  local here = vim.fn.resolve(vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p"))
  local bundle = vim.fn.fnamemodify(here, ":h:h:h:h") .. "/dist/server.cjs"
  if vim.fn.filereadable(bundle) == 1 and vim.fn.executable("node") == 1 then
    return { "node", bundle, "--stdio" }
  end
  return nil
end

M.command = M.find_command() or { PROGRAM, "--stdio" }

local complained = false

--- True when the command can be started. Otherwise it says once what is missing, and what to do.
function M.can_start(command)
  if type(command) ~= "table" or vim.fn.executable(command[1]) == 1 then
    return true
  end
  if not complained then
    complained = true
    vim.notify(
      "selinux: ‘"
        .. command[1]
        .. "’ is not in the PATH, so no language server starts. Install Node 20 or newer and the server"
        .. " (in a checkout of selinux-language-server: npm ci && npm run build), or say where it is:"
        .. ' require("selinux").setup({ cmd = { "/path/to/selinux-language-server", "--stdio" } })',
      vim.log.levels.ERROR
    )
  end
  return false
end

--- What tells the root of a policy, the nearest first: a tree, a project's settings, a module's repository.
local MARKERS = { "build.conf", ".sels.json", "policy.conf", ".git" }

local settings = { cmd = nil, settings = nil, on_attach = nil }

local function dirname(path)
  return vim.fn.fnamemodify(path, ":h")
end

local function readable(path)
  return vim.fn.filereadable(path) == 1 or vim.fn.isdirectory(path) == 1
end

--- The directory that is opened for a file: the nearest above it with a marker, else the file's own.
function M.root(path)
  local own = dirname(vim.fn.fnamemodify(path, ":p"))
  local at, git = own, nil
  while true do
    for _, marker in ipairs(MARKERS) do
      if readable(at .. "/" .. marker) then
        -- a repository may hold a policy tree below its root: prefer a nearer marker, remember this one
        if marker ~= ".git" then
          return at
        end
        git = git or at
      end
    end
    if readable(at .. "/policy/modules") or readable(at .. "/policy/flask") then
      return at
    end
    local up = dirname(at)
    if up == at then
      return git or own
    end
    at = up
  end
end

--- Starts the server for a buffer, or attaches the running one of the same root. For Neovim before 0.11.
function M.start(buffer)
  if buffer == nil or buffer == 0 then
    buffer = vim.api.nvim_get_current_buf()
  end
  local name = vim.api.nvim_buf_get_name(buffer)
  if name == "" or vim.bo[buffer].buftype ~= "" then
    return nil
  end
  local command = settings.cmd or M.command
  if not M.can_start(command) then
    return nil
  end
  local root = M.root(name)
  local config = {
    name = "selinux",
    cmd = command,
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fn.fnamemodify(root, ":t") } },
    init_options = settings.settings,
    settings = { selinux = settings.settings or vim.empty_dict() },
    on_attach = settings.on_attach,
    capabilities = settings.capabilities,
  }
  if vim.lsp.start ~= nil then
    return vim.lsp.start(config, { bufnr = buffer })
  end
  for _, client in pairs(vim.lsp.get_active_clients()) do
    if client.name == config.name and client.config.root_dir == root then
      vim.lsp.buf_attach_client(buffer, client.id)
      return client.id
    end
  end
  local id = vim.lsp.start_client(config)
  if id ~= nil then
    vim.lsp.buf_attach_client(buffer, id)
  end
  return id
end

--- Starts the server whenever a file of policy is opened. `options`: cmd, settings (those of the server, without
--- the prefix `selinux`), on_attach, capabilities.
function M.setup(options)
  settings = vim.tbl_extend("force", settings, options or {})
  if vim.lsp.config ~= nil and vim.lsp.enable ~= nil then
    vim.lsp.config("selinux", {
      cmd = settings.cmd or M.command,
      init_options = settings.settings,
      settings = { selinux = settings.settings or vim.empty_dict() },
      on_attach = settings.on_attach,
      capabilities = settings.capabilities,
    })
    vim.lsp.enable("selinux")
    return
  end
  local group = vim.api.nvim_create_augroup("selinux_start", { clear = true })
  vim.api.nvim_create_autocmd("FileType", {
    group = group,
    pattern = M.filetypes,
    callback = function(event)
      M.start(event.buf)
    end,
  })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.tbl_contains(M.filetypes, vim.bo[buffer].filetype) then
      M.start(buffer)
    end
  end
end

local function client_of(buffer)
  local clients = vim.lsp.get_clients and vim.lsp.get_clients({ name = "selinux" })
    or vim.lsp.get_active_clients()
  local any
  for _, client in pairs(clients) do
    if client.name == "selinux" then
      any = any or client
      if vim.lsp.buf_is_attached(buffer, client.id) then
        return client
      end
    end
  end
  return any
end

local function request(method, params, show)
  local buffer = vim.api.nvim_get_current_buf()
  local client = client_of(buffer)
  if client == nil then
    vim.notify("selinux: no server runs; open a file of a policy first", vim.log.levels.ERROR)
    return
  end
  params.textDocument = { uri = vim.uri_from_bufnr(buffer) }
  local function done(err, result)
    if err ~= nil then
      vim.notify("selinux: " .. (err.message or vim.inspect(err)), vim.log.levels.ERROR)
    elseif result ~= nil then
      show(result)
    end
  end
  if vim.fn.has("nvim-0.11") == 1 then
    client:request(method, params, done, buffer)
  else
    client.request(method, params, done, buffer)
  end
end

--- A scratch window with lines; `targets[line]` is a location that <Enter> jumps to.
local function show_window(name, filetype, lines, targets)
  vim.cmd("botright new")
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].buftype = "nofile"
  vim.bo[buffer].bufhidden = "wipe"
  vim.bo[buffer].swapfile = false
  pcall(vim.api.nvim_buf_set_name, buffer, name)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].filetype = filetype
  vim.api.nvim_win_set_height(0, math.max(3, math.min(#lines, math.floor(vim.o.lines / 3))))
  vim.keymap.set("n", "q", "<cmd>close<cr>", { buffer = buffer, desc = "Close" })
  vim.keymap.set("n", "<cr>", function()
    local target = (targets or {})[vim.fn.line(".")]
    if target ~= nil then
      vim.cmd("wincmd p")
      vim.cmd("edit " .. vim.fn.fnameescape(vim.uri_to_fname(target.uri)))
      vim.api.nvim_win_set_cursor(0, { target.range.start.line + 1, target.range.start.character })
    end
  end, { buffer = buffer, desc = "Go to the statement" })
end

local function is_location(value)
  return type(value) == "table" and value.uri ~= nil and value.range ~= nil
end

--- What the statement or call under the cursor becomes; with `call`, what that call would become.
function M.expand(call)
  local params
  if call ~= nil and call ~= "" then
    params = { call = call }
  else
    local cursor = vim.api.nvim_win_get_cursor(0)
    params = { position = { line = cursor[1] - 1, character = 0 } }
  end
  request("selinux/expand", params, function(result)
    local lines, targets = {}, {}
    for _, rule in ipairs(result.rules) do
      local note = rule.state == "on" and "" or "  # " .. rule.state
      if type(rule.condition) == "string" then
        note = note .. "  # " .. rule.condition
      end
      table.insert(lines, rule.text .. note)
      if is_location(rule.location) then
        targets[#lines] = rule.location
      end
    end
    if #lines == 0 then
      lines = { "# nothing: no rule comes of this line" }
    end
    show_window(result.uri, "selinux", lines, targets)
  end)
end

--- Why an access is allowed or denied. `target` may be "self"; `permissions` a list, or nil for all of the class.
function M.why(source, target, class, permissions)
  local params = { source = source, target = target, class = class, trace = true }
  if permissions ~= nil and #permissions > 0 then
    params.permissions = permissions
  end
  request("selinux/computeAv", params, function(result)
    local text = result.trace ~= nil and result.trace ~= vim.NIL and result.trace.text or vim.inspect(result)
    local lines = vim.split(text, "\n", { plain = true })
    show_window("selinux://why/" .. source .. "/" .. target .. "/" .. class, "", lines)
  end)
end

--- The effective access of the rule under the cursor: its hover, which ends with the decision.
function M.access()
  local line = vim.api.nvim_get_current_line()
  local source, target, class = line:match("^%s*%a+%s+([%w_]+)%s+([%w_]+)%s*:%s*([%w_]+)")
  if source == nil then
    vim.lsp.buf.hover()
    return
  end
  M.why(source, target, class)
end

--- Netlink messages: of a class, a permission of it, or one by name or number.
function M.nlmsg(what)
  local words = vim.split(vim.trim(what), "%s+")
  local params = {}
  if #words == 1 and words[1]:match("^netlink_") then
    params.class = words[1]
  elseif #words == 1 then
    params.name = words[1]
  elseif words[2]:match("^%d") then
    params.class, params.number = words[1], tonumber(words[2])
  else
    params.class, params.permission = words[1], words[2]
  end
  request("selinux/nlmsg", params, function(result)
    local lines = {}
    for _, message in ipairs(result.messages or {}) do
      table.insert(
        lines,
        string.format(
          "%5s  %-28s %-28s %s",
          message.number or "",
          message.name or "",
          message.class or message.className or "",
          message.permission or ""
        )
      )
    end
    show_window("selinux://nlmsg", "", #lines > 0 and lines or { "no such message" })
  end)
end

return M
