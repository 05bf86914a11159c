namespace PgHaTutor.Hosts;

/// <summary>The bash that runs on another host and does there for a script what <see cref="LocalHost"/> does here.</summary>
/// <remarks>
/// Everything comes on standard input, so that no text is quoted for a shell and no secret stands in a list of processes.
/// Standard input stays open while the script runs: when it ends (we closed it, ssh was killed, the line was cut), the guard
/// ends every process of the script's session. What put itself into another session, such as a server that pg_ctl started,
/// lives on. It takes bash 4.4 and setsid, and of other programs only head, mktemp and wc for a script with input.
/// </remarks>
internal static class RemoteScripts
{
    /// <summary>The argument of <c>bash -c</c>: reads the shell and becomes it. No quote, line feed or exclamation mark: any login shell passes it on unharmed.</summary>
    public const string Starter = "IFS= read -r -d \"\" b && eval \"$b\"";

    /// <summary>What <see cref="Starter"/> is to read.</summary>
    /// <param name="mark">See <see cref="MarkedStream"/>.</param>
    public static string Shell(string mark, string user) =>
        $"mark={Bash.Quote(mark)} user={Bash.Quote(user)} PGHATUTOR={Bash.Quote(Session)}\n{Guarded}\0";

    /// <summary>What an interactive bash sources, to become a program in the learner's terminal; its file is the argument, and is removed.</summary>
    /// <param name="words">None: the account's own shell.</param>
    public static string Foreground(IReadOnlyList<string> words, IReadOnlyDictionary<string, string> environment, string folder, string user) =>
        $"""
        rm -f -- "$1"
        cd -- {Bash.Quote(folder)} || exit
        unset "${"{!PG@}"}" "${"{!SUDO_@}"}" BASH_ENV ENV CDPATH MAIL OLDPWD
        export USER={Bash.Quote(user)} LOGNAME={Bash.Quote(user)}
        {string.Join('\n', environment.Select(variable => $"export {variable.Key}={Bash.Quote(variable.Value)}"))}
        {(words.Count > 0 ? $"exec {string.Join(' ', words.Select(Bash.Quote))}" : OwnShell)}

        """;

    private const string OwnShell = """
        shell=$(getent passwd "$USER" | cut -d: -f7)
        case $shell in */nologin | */false | '') shell=bash ;; esac
        exec "$shell"
        """;

    /// <summary>Starts the guard and the script's session, which waits for its script; tells how that ended.</summary>
    private const string Guarded = """
        exec 3<&0 5>&2 2>/dev/null
        guard() {
          trap '' HUP INT PIPE
          exec >/dev/null 5>&-
          read -r session || exit
          while read -r _; do :; done <&3
          trap '' TERM
          asked=()
          for ((turn = 0; turn < 600; turn++)); do
            left=
            for file in /proc/[0-9]*/stat; do
              line=
              read -r -d '' line <"$file"
              pid=${file//[!0-9]/}
              set -- ${line##*) }
              [ "$4" = "$session" ] && [ "$1" != Z ] || continue
              left=yes
              if ((turn >= 20)); then kill -KILL "$pid"
              elif [ ! "${asked[pid]}" ]; then asked[pid]=yes; kill -TERM "$pid"; kill -CONT "$pid"; fi
            done
            [ "$left" ] || exit
            sleep 0.05
          done
        }
        exec 4> >(guard)
        guard=$!
        export PGHATUTOR
        printf '%s:hello:%s\n' "$mark" "$EUID"
        printf '%s:hello:\n' "$mark" >&5
        setsid bash --noprofile --norc -c 'eval "$PGHATUTOR"' pghatutor "$mark" "$user" <&3 3<&- 2>&5 5>&-
        code=$?
        kill "$guard"
        wait "$guard"
        printf '%s:end:%s\n' "$mark" "$code"
        printf '%s:end:\n' "$mark" >&5
        """;

    /// <summary>
    /// Reads a script and becomes it. What it reads, each with a zero byte behind: how many bytes of input there are (or
    /// <c>live</c>: the script reads them itself, and is not guarded), the folder, the variables, nothing, the text; then the input.
    /// </summary>
    private const string Session = """
        __mark=$1 __user=$2
        unset PGHATUTOR
        __take() { IFS= read -r -d '' "$1" || exit; }
        __take __input
        __take __folder
        __variables=()
        while __take __variable; [ "$__variable" ]; do __variables+=("$__variable"); done
        __take __text
        case $__input in
          live) ;;
          0) exec </dev/null ;;
          *)
            __file=$(mktemp) && head -c "$__input" >"$__file" || { printf '%s:refused:input\n' "$__mark"; exit; }
            __held=$(wc -c <"$__file")
            exec <"$__file"
            rm -f "$__file"
            [ "$((__held))" = "$__input" ] || { printf '%s:refused:input\n' "$__mark"; exit; }
            ;;
        esac
        [ "$__input" = live ] || echo "$$" >&4
        exec 4>&-
        cd -- "${__folder:-/}" 2>/dev/null || { printf '%s:refused:folder\n' "$__mark"; exit; }
        eval "HOME=~$(printf %q "$__user")"
        [ -d "$HOME" ] || HOME=/tmp
        LC_ALL=C
        [ ! -d /usr/lib/locale/C.utf8 ] && [ ! -d /usr/lib/locale/C.UTF-8 ] || LC_ALL=C.UTF-8
        USER=$__user LOGNAME=$__user
        export HOME USER LOGNAME LC_ALL
        unset "${!PG@}" "${!SUDO_@}" BASH_ENV ENV CDPATH LANGUAGE POSIXLY_CORRECT MAIL OLDPWD
        [ "${#__variables[@]}" = 0 ] || export "${__variables[@]}"
        if [ "${#__text}" -lt 30000 ]; then exec -a bash "$BASH" --noprofile --norc -c "$__text"; fi
        # Too long for one argument of a program.
        set --
        eval "$__text"
        """;
}
