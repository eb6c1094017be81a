" Vim with ALE as a client: diagnostics, hover, completion; what it saw as JSON lines in a file.
set nocompatible
let &runtimepath = '/usr/share/vim-ale,' . $SELS_PLUGIN . ',' . &runtimepath
runtime plugin/ale.vim
filetype plugin on
runtime! ftdetect/selinux.vim
let g:ale_lint_delay = 0
let g:ale_linters = {'selinux': ['sels']}
let g:selinux_sels_executable = $SELS_SERVER
let g:ale_selinux_sels_executable = $SELS_SERVER
let g:ale_hover_to_preview = 1
let s:seen = {}

function! s:Wait(test) abort
    let l:start = reltime()
    while !a:test() && reltimefloat(reltime(l:start)) < 20
        sleep 20m
    endwhile
endfunction

function! Capture() abort
    let s:seen.completion = map(complete_info(['items']).items, {_, item -> item.word})
    return ''
endfunction

function! s:Main() abort
    execute 'edit ' . fnameescape($SELS_FILE)
    let s:seen.filetype = &filetype
    call s:Wait({-> !empty(ale#engine#GetLoclist(bufnr('')))})
    let s:seen.messages = map(copy(ale#engine#GetLoclist(bufnr(''))), {_, d -> d.text})
    let s:seen.codes = map(copy(ale#engine#GetLoclist(bufnr(''))), {_, d -> get(d, 'code', '')})
    call search('mistakes_log_t')
    ALEHover
    call s:Wait({-> &previewwindow || winnr('$') > 1})
    wincmd P
    let s:seen.hover = join(getline(1, '$'), "\n")
    wincmd p
    only!
    call append(line('$'), 'allow mistakes_t self:process sigk')
    setlocal omnifunc=ale#completion#OmniFunc completeopt=menuone,noinsert
    call feedkeys("GA\<C-x>\<C-o>\<C-r>=Capture()\<CR>\<Esc>", 'xt')
endfunction

try
    call s:Main()
catch
    let s:seen.error = v:exception . ' at ' . v:throwpoint
endtry
call writefile([json_encode(s:seen)], $SELS_OUT)
qall!
