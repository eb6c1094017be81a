" Settings of policy files: comments, tabs as the reference policy has them, and macros' quotes as pairs.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1
setlocal comments=b:##,b:# commentstring=#\ %s
setlocal noexpandtab tabstop=8 shiftwidth=8 softtabstop=0
setlocal iskeyword=@,48-57,_
setlocal matchpairs=(:),{:},`:'
let b:undo_ftplugin = 'setlocal comments< commentstring< expandtab< tabstop< shiftwidth< softtabstop< iskeyword< matchpairs<'
