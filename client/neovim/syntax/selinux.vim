" Colours of policy sources, without a server: keywords, macros' structure, names by their usual endings, numbers.
" With a server, semantic tokens (Neovim 0.9 and later) tell what each name really is.
if exists('b:current_syntax')
  finish
endif
syntax case match
syntax match selinuxComment "#.*$" contains=selinuxTodo,@Spell
syntax match selinuxComment "\<dnl\>.*$" contains=selinuxTodo,@Spell
syntax keyword selinuxTodo TODO FIXME XXX contained
syntax keyword selinuxRule allow auditallow dontaudit neverallow allowxperm auditallowxperm dontauditxperm neverallowxperm
syntax keyword selinuxRule type_transition type_member type_change range_transition role_transition
syntax keyword selinuxRule constrain mlsconstrain validatetrans mlsvalidatetrans
syntax keyword selinuxStatement type typealias alias typeattribute typebounds attribute attribute_role roleattribute role types user roles level range
syntax keyword selinuxStatement class common inherits sid bool tunable permissive expandattribute policycap neveraudit
syntax keyword selinuxStatement sensitivity category dominance default_user default_role default_type default_range module
syntax keyword selinuxStatement fs_use_xattr fs_use_task fs_use_trans genfscon portcon nodecon netifcon ibpkeycon ibendportcon
syntax keyword selinuxConditional if else optional require
syntax keyword selinuxMacro policy_module gen_require optional_policy tunable_policy interface template ifdef ifndef ifelse define undefine
syntax keyword selinuxMacro gen_tunable gen_bool gen_user gen_context gen_sens gen_cats refpolicywarn refpolicyerr attribute_role
syntax keyword selinuxConstant true false self source target
syntax keyword selinuxOperator and or xor not eq neq dom domby incomp
syntax match selinuxArgument "\$\(\d\+\|\*\|@\|#\)"
syntax match selinuxType "\<[a-zA-Z_][a-zA-Z0-9_.]*_t\>"
syntax match selinuxNumber "\<\(0x[0-9a-fA-F]\+\|\d\+\)\>"
syntax match selinuxCall "\<[a-z_][a-z0-9_]*\ze("
syntax region selinuxString start=+"+ end=+"+ oneline
highlight default link selinuxComment Comment
highlight default link selinuxTodo Todo
highlight default link selinuxRule Keyword
highlight default link selinuxStatement Statement
highlight default link selinuxConditional Conditional
highlight default link selinuxMacro PreProc
highlight default link selinuxConstant Constant
highlight default link selinuxOperator Operator
highlight default link selinuxArgument Special
highlight default link selinuxType Type
highlight default link selinuxNumber Number
highlight default link selinuxCall Function
highlight default link selinuxString String
let b:current_syntax = 'selinux'
