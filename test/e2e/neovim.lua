-- Headless Neovim (0.7.2 and later) as a client: opens a file of a policy tree, waits for diagnostics, edits, hovers,
-- completes and jumps, and writes what it saw as JSON. Arguments come in the environment; nothing is installed or configured.
local server, root, file = vim.env.SELS_SERVER, vim.env.SELS_ROOT, vim.env.SELS_FILE
local seen = { events = {} }

local function finish()
  vim.fn.writefile({ vim.fn.json_encode(seen) }, vim.env.SELS_OUT)
  vim.cmd("qa!")
end

local function guard(what, fn)
  local ok, err = pcall(fn)
  if not ok then
    seen.error = what .. ": " .. tostring(err)
    finish()
  end
end

vim.cmd("edit " .. file)
local buffer = vim.api.nvim_get_current_buf()
local id = vim.lsp.start_client({
  name = "selinux",
  cmd = { vim.env.SELS_NODE, server, "--stdio" },
  root_dir = root,
  workspace_folders = { { uri = vim.uri_from_fname(root), name = "policy" } },
  on_error = function(code, err)
    seen.error = tostring(code) .. vim.inspect(err)
  end,
})
vim.lsp.buf_attach_client(buffer, id)

-- errors only: warnings come when the server has time for the checks, at no moment that a test could name
local function grave()
  return vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR })
end

local function messages()
  local found = {}
  for _, d in ipairs(grave()) do
    table.insert(found, { lnum = d.lnum, col = d.col, code = d.code, message = d.message, severity = d.severity })
  end
  return found
end

local function request(method, line, column)
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    position = { line = line, character = column },
  }
  local answers, err = vim.lsp.buf_request_sync(buffer, method, params, 30000)
  if answers == nil then
    error(method .. ": " .. tostring(err))
  end
  for _, answer in pairs(answers) do
    return answer.result
  end
end

local function lineOf(pattern)
  for i, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local column = line:find(pattern)
    if column ~= nil then
      return i - 1, column - 1
    end
  end
  error("no line has " .. pattern)
end

local function hoverAt(pattern, skip)
  local line, column = lineOf(pattern)
  local result = request("textDocument/hover", line, column + skip)
  return result ~= vim.NIL and result ~= nil and result.contents.value or ""
end

guard("session", function()
  local ready = vim.wait(20000, function()
    local client = vim.lsp.get_client_by_id(id)
    return client ~= nil and client.initialized
  end, 10)
  assert(ready, "the server did not start")
  -- 1. a hover waits for the load; then the file is clean
  seen.ruleHover = hoverAt("allow sshd_t", 1)
  vim.wait(300)
  seen.before = messages()
  -- 2. an edit makes a finding
  local count = vim.api.nvim_buf_line_count(buffer)
  vim.api.nvim_buf_set_lines(buffer, count, count, false, {
    "allow sshd_t no_such_type_t:file read;",
    "allow sshd_t self:netlink_route_socket nlmsg_write;",
  })
  vim.wait(20000, function() return #grave() > 0 end, 10)
  seen.after = messages()
  -- 3. netlink messages
  seen.netlinkHover = hoverAt("netlink_route_socket nlmsg_write", 24)
  -- 4. completion, as the menu shows it
  vim.api.nvim_buf_set_lines(buffer, count + 2, count + 2, false, { "allow sshd_t self:netlink_route_socket nlms" })
  local listed = request("textDocument/completion", count + 2, 43)
  seen.completion = {}
  for _, item in ipairs(vim.lsp.util.text_document_completion_list_to_complete_items(listed, "nlms")) do
    table.insert(seen.completion, item.word)
  end
  vim.api.nvim_buf_set_lines(buffer, count + 2, count + 3, false, {})
  -- 5. definition in another file
  local line, column = lineOf("ssh_server_template%(")
  local result = request("textDocument/definition", line, column + 2)
  seen.definition = result
  -- 6. the edit undone
  vim.api.nvim_buf_set_lines(buffer, count, count + 2, false, {})
  vim.wait(20000, function() return #grave() == 0 end, 10)
  seen.undone = messages()
end)
finish()
