" The language server for ALE (Vim 8 and newer, and Neovim): diagnostics, hover, completion, definition.
call ale#Set('selinux_sels_executable', 'selinux-language-server')
call ale#Set('selinux_sels_options', {})

function! ale_linters#selinux#sels#Root(buffer) abort
    let l:file = fnamemodify(bufname(a:buffer), ':p')
    for l:marker in ['build.conf', '.sels.json', 'policy.conf']
        let l:found = ale#path#FindNearestFile(a:buffer, l:marker)
        if !empty(l:found)
            return fnamemodify(l:found, ':h')
        endif
    endfor
    let l:modules = ale#path#FindNearestDirectory(a:buffer, 'policy/modules')
    if !empty(l:modules)
        return fnamemodify(l:modules, ':h:h:h')
    endif
    let l:git = ale#path#FindNearestDirectory(a:buffer, '.git')
    return empty(l:git) ? fnamemodify(l:file, ':h') : fnamemodify(l:git, ':h:h')
endfunction

call ale#linter#Define('selinux', {
\   'name': 'sels',
\   'aliases': ['selinux-language-server'],
\   'lsp': 'stdio',
\   'language': 'selinux',
\   'initialization_options': {b -> ale#Var(b, 'selinux_sels_options')},
\   'executable': {b -> ale#Var(b, 'selinux_sels_executable')},
\   'command': '%e --stdio',
\   'project_root': function('ale_linters#selinux#sels#Root'),
\})
