" Vim filetype plugin file
" Language: eda, rules for event-driven automation (*.eda)

if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1
let s:keep = &cpoptions
set cpoptions&vim

setlocal comments=b:# commentstring=#\ %s formatoptions-=t formatoptions+=croql
if get(g:, 'eda_recommended_style', 1)
  setlocal expandtab shiftwidth=2 softtabstop=2
endif
setlocal formatprg=edac\ fmt\ -
setlocal suffixesadd=.eda
compiler eda

let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< expandtab< shiftwidth< softtabstop< formatprg< suffixesadd< makeprg< errorformat<'

let &cpoptions = s:keep
unlet s:keep
