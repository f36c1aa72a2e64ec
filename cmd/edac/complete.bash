
# Without the package bash-completion: what the above takes from it.
declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref()
{
    local line=${COMP_LINE:0:COMP_POINT}
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    cword=$((${#words[@]} - 1))
    cur=${words[cword]}
    prev=${words[cword-1]}
}
declare -F _filedir >/dev/null || _filedir()
{
    local IFS=$'\n' name
    [[ $(type -t compopt) == builtin ]] && compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen -d -- "$cur"))
    [[ ${1-} == -d ]] && return
    for name in $(compgen -f -- "$cur"); do
        [[ ! -d $name && (-z ${1-} || "|$1|" == *"|${name##*.}|"*) ]] && COMPREPLY+=("$name")
    done
}
