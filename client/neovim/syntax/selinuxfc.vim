" Colours of file contexts: path, file kind, context.
if exists('b:current_syntax')
  finish
endif
syntax match selinuxfcComment "^\s*#.*$" contains=@Spell
syntax match selinuxfcPath "^\s*\/\S*"
syntax match selinuxfcPath "^\s*HOME_\(DIR\|ROOT\)\S*"
syntax match selinuxfcKind "\s-[bcdpls-]\ze\s"
syntax match selinuxfcMacro "\<\(gen_context\|ifdef\|ifndef\|mls_systemhigh\|mcs_systemhigh\)\>"
syntax match selinuxfcNone "<<none>>"
syntax match selinuxfcType "\<[a-zA-Z_][a-zA-Z0-9_.]*_t\>"
highlight default link selinuxfcComment Comment
highlight default link selinuxfcPath String
highlight default link selinuxfcKind Special
highlight default link selinuxfcMacro PreProc
highlight default link selinuxfcNone Constant
highlight default link selinuxfcType Type
let b:current_syntax = 'selinuxfc'
