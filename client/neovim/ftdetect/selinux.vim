" File types of SELinux policy. Rules of the reference policy and modules: selinux. File contexts: selinuxfc.
augroup selinux_filetypes
  autocmd!
  autocmd BufNewFile,BufRead *.te,*.if,*.spt,*.te.in,*.if.in,*.sels-test setlocal filetype=selinux
  autocmd BufNewFile,BufRead *.fc,*.fc.in,file_contexts,file_contexts.local,file_contexts.homedirs setlocal filetype=selinuxfc
  autocmd BufNewFile,BufRead */policy/{mls,mcs,users,constraints,policy_capabilities,global_tunables,global_booleans,context_defaults} setlocal filetype=selinux
  autocmd BufNewFile,BufRead */flask/{access_vectors,security_classes,initial_sids} setlocal filetype=selinux
  autocmd BufNewFile,BufRead policy.conf setlocal filetype=selinux
augroup END
