" The same server for file contexts.
call ale#Set('selinux_sels_executable', 'selinux-language-server')
call ale#Set('selinux_sels_options', {})
runtime ale_linters/selinux/sels.vim

call ale#linter#Define('selinuxfc', {
\   'name': 'sels',
\   'lsp': 'stdio',
\   'language': 'selinuxfc',
\   'initialization_options': {b -> ale#Var(b, 'selinux_sels_options')},
\   'executable': {b -> ale#Var(b, 'selinux_sels_executable')},
\   'command': '%e --stdio',
\   'project_root': function('ale_linters#selinux#sels#Root'),
\})
