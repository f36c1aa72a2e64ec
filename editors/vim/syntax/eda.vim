" Vim syntax file
" Language: eda, rules for event-driven automation (*.eda)

if exists('b:current_syntax')
  finish
endif
let s:keep = &cpoptions
set cpoptions&vim

syntax case match
syntax iskeyword a-z,A-Z,48-57,_
syntax sync minlines=50

" Few words are reserved. The others are words only where what must follow them
" does, so that fields may be called state, from or limit.
let s:reserved = '%(on|where|by|let|when|for|do|clear|then|and|or|not|in|true|false|none)>'
let s:name = '%(' .. s:reserved .. ')@!\h\w*>%(\s*[0-9"])@!'

" Where much is looked ahead the backtracking engine is the faster one.
function s:Match(group, pattern, ...) abort
  let engine = a:pattern =~# '@=$' ? '\%#=1' : ''
  execute 'syntax match' a:group '/' .. engine .. '\v' .. a:pattern .. '/' join(a:000)
endfunction

" A later item goes before an earlier one at the same place.

call s:Match('edaDelimiter', '[][(){},:.]')
call s:Match('edaOperator', '[-+*\/%=|&?<>]')
call s:Match('edaOperator', '[=!<>]\=|\?\?|\/\/|\.\.\.')
call s:Match('edaErrorSign', '\=\=\=|\&\&|\|\||\<\>|\=\~|\=\>|-\>|[^ -~\t]|[$@^~`\\;]|!\=@!')

call s:Match('edaErrorNumber', '<\d%(\w|[^ -~\t]|\.\d@=)*')
call s:Match('edaNumber', '<\d+%(\w|\.\d|[^ -~\t])@!')
call s:Match('edaFloat', '<\d+%(\.\d+%([eE][+-]?\d+)?|[eE][+-]?\d+)%(\w|[^ -~\t])@!')
call s:Match('edaDuration', '<%(\d+%(ns|us|ms|[smhdw]))+%(\w|\.\d|[^ -~\t])@!')

call s:Match('edaName', '<\h\w*')
call s:Match('edaFunction', '<\h\w*\ze\s*\(')
call s:Match('edaErrorWord', '<%(ON|WHERE|LET|WHEN|FOR|DO|CLEAR|THEN|AND|OR|NOT|TRUE|FALSE|NONE|RULE|USE|PARAM|EVENT|TABLE|STATE|FN|ACTION|MAY|MUTE|TEST)>')

call s:Match('edaKeyword', '<%(on|where|by|let|when|for|do|clear|then)>')
call s:Match('edaConstant', '<%(true|false|none)>')
call s:Match('edaWordOperator', '<%(and|or|not|in)>')
call s:Match('edaWordOperator', '<has>%(\s*\(|\s+%(' .. s:reserved .. '|%(like|matches)>)@!\h)@=')
call s:Match('edaWordOperator', '<%(like|matches)>%(\s+%([0-9([{-]|%(true|false|none)>|' .. s:name .. '))@=')
call s:Match('edaWordOperator', '<%(like|matches)>%(\s*")@=', 'nextgroup=edaStringPattern skipwhite')
call s:Match('edaKeyword', '<%(fire|log|send|expect|cron|from|to|ack|of)>%(\s*["“”„«»])@=')
call s:Match('edaKeyword', '<%(within|repeat|gather|expire|limit|per|every|late|retry|backoff|timeout|wait|at)>%(\s+[0-9])@=')
call s:Match('edaKeyword', '<%(within|repeat|gather|expire|limit|per|every|late|retry|backoff|timeout|wait|at|as|key|set)>%(\s+' .. s:name .. ')@=', 'nextgroup=edaNameGiven skipwhite')
call s:Match('edaKeyword', '^\s*\zs<time>%(\s+' .. s:name .. ')@=', 'nextgroup=edaNameGiven skipwhite')
call s:Match('edaKeyword', '<%(last|each|this|session)>%(\s+%(\d|%(' .. s:reserved .. ')@!\h\w*\s*%(\)|<%(from|where)>)))@=')
call s:Match('edaNameGiven', '\h\w*', 'contained')

" Declarations.
call s:Match('edaDeclaration', '<%(use|test)>%(\s*["“”„«»])@=')
call s:Match('edaDeclaration', '<mute>%(\s+' .. s:name .. ')@=', 'nextgroup=edaNameGiven skipwhite')
call s:Match('edaDeclaration', '<may>%(\s+fire>)@=', 'nextgroup=edaKeywordMay skipwhite')
call s:Match('edaKeywordMay', 'fire', 'contained')
call s:Match('edaDeclaration', '<rule>%(\s+\h\w*%(\s+on>|\s*%(#.*)?$))@=', 'nextgroup=edaRule skipwhite')
call s:Match('edaRule', '\h\w*', 'contained')
call s:Match('edaDeclaration', '<table>%(\s+\h\w*%(\s+from>|\s*%(#.*)?$))@=', 'nextgroup=edaNameGiven skipwhite')
call s:Match('edaDeclaration', '<fn>%(\s+\h\w*\s*\()@=', 'nextgroup=edaFunctionOwn skipwhite')
call s:Match('edaFunctionOwn', '\h\w*', 'contained')
call s:Match('edaDeclaration', '<action>%(\s+\h\w*\s*\()@=', 'nextgroup=edaFunctionAction skipwhite')
call s:Match('edaFunctionAction', '\h\w*', 'contained nextgroup=edaBlockParameters skipwhite')
call s:Match('edaDeclaration', '<%(param|state)>%(\s+\h\w*\s*:)@=', 'nextgroup=edaNameTyped skipwhite')
call s:Match('edaNameTyped', '\h\w*', 'contained nextgroup=edaDelimiterType skipwhite')
call s:Match('edaDelimiterType', ':', 'contained nextgroup=edaType,edaBlockFields,edaBlockList skipwhite skipnl skipempty')
call s:Match('edaDeclaration', '<event>%(\s*")@=', 'nextgroup=edaStringEvent skipwhite')
call s:Match('edaKeyword', '<expect>%(\s+nothing>)@=', 'nextgroup=edaKeywordNothing skipwhite')
call s:Match('edaKeywordNothing', 'nothing', 'contained')
call s:Match('edaKeyword', '<given>%(\s+' .. s:name .. ')@=', 'nextgroup=edaDeclarationGiven,edaKeywordGiven skipwhite')
call s:Match('edaKeyword', '<given>%(\s+time>)@=', 'nextgroup=edaKeywordGiven skipwhite')
call s:Match('edaDeclarationGiven', '%(param|state|table)>', 'contained nextgroup=edaNameGiven skipwhite')
call s:Match('edaKeywordGiven', 'time>', 'contained')

" What stands before a colon or after a point is a name, whatever it is.
call s:Match('edaNameMember', '<\h\w*\ze\s*:')
call s:Match('edaNameMember', '\.@1<=\h\w*')
call s:Match('edaFunctionMember', '\.@1<=\h\w*\ze\s*\(')

" Types.
let s:next = 'end=/\v%(^%(rule|on|use|param|event|table|state|fn|action|may|mute|test)>%(\s*:)@!)@=/'
execute 'syntax region edaBlockFields contained matchgroup=edaDelimiter start=/{/ end=/}/' s:next 'contains=@edaTyped nextgroup=edaKeywordTime skipwhite skipnl skipempty'
execute 'syntax region edaBlockParameters contained matchgroup=edaDelimiter start=/(/ end=/)/' s:next 'contains=@edaTyped'
execute 'syntax region edaBlockList contained matchgroup=edaDelimiter start=/\[/ end=/]/' s:next 'contains=@edaTyped'
syntax cluster edaTyped contains=edaComment,edaString,edaStringKey,edaType,edaNameField,edaBlockFields,edaBlockList,edaDelimiter,edaOperator
call s:Match('edaType', '\h\w*', 'contained')
call s:Match('edaNameField', '\h\w*\ze\s*:', 'contained')
call s:Match('edaKeywordTime', '<time>%(\s+' .. s:name .. ')@=', 'contained nextgroup=edaNameGiven skipwhite')

" Strings.
let s:closed = '%(%([^"\\]|\\.)*")@='
call s:Match('edaErrorString', '".*$')
call s:Match('edaErrorString', '''%([^''\\]|\\.)*''?|[“”„‘’‚«»][^“”‘’«»"]*[“”‘’«»"]')
execute 'syntax region edaString oneline start=/\v"' .. s:closed .. '/ skip=/\\./ end=/"/ contains=edaEscape,edaEscapeError,edaInterpolation,edaInterpolationError'
execute 'syntax region edaStringEvent oneline contained start=/\v"' .. s:closed .. '/ skip=/\\./ end=/"/ contains=edaEscape,edaEscapeError,edaInterpolation,edaInterpolationError nextgroup=edaBlockFields skipwhite skipnl skipempty'
execute 'syntax region edaStringPattern oneline contained start=/\v"' .. s:closed .. '/ skip=/\\./ end=/"/ contains=edaEscapePattern'
call s:Match('edaStringKey', '"%([^"\\]|\\.)*"\ze\s*:')
call s:Match('edaEscapeError', '\\.', 'contained')
call s:Match('edaEscape', '\\%(["\\nt{}'']|u\{\x+\})', 'contained')
call s:Match('edaEscapePattern', '\\.', 'contained')
call s:Match('edaInterpolationError', '\{[^}"]*\}?', 'contained')
call s:Match('edaInterpolation', '\{%(%(\h\w*|\d+)%(\.\w+|\[\d+\])*)?\*{0,2}%(:\.\df)?\}', 'contained')

syntax keyword edaTodo TODO FIXME XXX contained
syntax match edaComment /#.*$/ contains=edaTodo,@Spell

highlight default link edaComment Comment
highlight default link edaTodo Todo
highlight default link edaString String
highlight default link edaStringEvent String
highlight default link edaStringKey String
highlight default link edaStringPattern String
highlight default link edaEscape SpecialChar
highlight default link edaEscapePattern SpecialChar
highlight default link edaEscapeError Error
highlight default link edaInterpolation Special
highlight default link edaInterpolationError Error
highlight default link edaErrorNumber Error
highlight default link edaErrorSign Error
highlight default link edaErrorString Error
highlight default link edaErrorWord Error
highlight default link edaNumber Number
highlight default link edaFloat Float
highlight default link edaDuration Number
highlight default link edaConstant Constant
highlight default link edaKeyword Keyword
highlight default link edaKeywordGiven Keyword
highlight default link edaKeywordMay Keyword
highlight default link edaKeywordNothing Keyword
highlight default link edaKeywordTime Keyword
highlight default link edaDeclaration Structure
highlight default link edaDeclarationGiven Structure
highlight default link edaOperator Operator
highlight default link edaWordOperator Operator
highlight default link edaType Type
highlight default link edaRule Identifier
highlight default link edaFunction Function
highlight default link edaFunctionAction Function
highlight default link edaFunctionMember Function
highlight default link edaFunctionOwn Function
highlight default link edaDelimiter Delimiter
highlight default link edaDelimiterType Delimiter

delfunction s:Match
unlet s:reserved s:name s:next s:closed
let &cpoptions = s:keep
unlet s:keep
let b:current_syntax = 'eda'
