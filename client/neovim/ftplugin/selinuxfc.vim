" Settings of file contexts.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1
setlocal comments=b:# commentstring=#\ %s noexpandtab tabstop=8 shiftwidth=8
let b:undo_ftplugin = 'setlocal comments< commentstring< expandtab< tabstop< shiftwidth<'
