" Vim compiler file
" :compiler eda, then :make checks the rules of this file's folder and puts what
" was found into the quickfix list.

if exists('current_compiler')
  finish
endif
let current_compiler = 'eda'

CompilerSet makeprg=edac\ lint\ --format\ compact\ %:h:S
" Columns count characters, not bytes: %v.
CompilerSet errorformat=%f:%l:%v:\ %trror%m,%f:%l:%v:\ %tarning%m,%f:%l:%v:\ %tint%m,%-G%.%#
