/// The program of the process that owns a server and its folder, so that both are gone when the parent is.
///
/// The parent holds the other end of its standard input and never gives it to another process. Input ends when the
/// parent closes it, exits, or is killed, whichever way; then the server is stopped at once and the folder removed.
/// Only after the order `keep` the server outlives the parent: until this process or the server is ended by a signal.
enum SupervisorScript {
    /// What the script reports, one a line, on standard output.
    enum Report {
        static let folder = "folder "
        static let ready = "ready"
        static let failed = "failed"
        static let kept = "kept "
    }

    // The orders it takes on standard input, one a line.
    static let restart = "restart"
    static let keep = "keep"

    /// Called with the folder of the programs, the folder to make the temporary one in, the folder of the cluster to be
    /// a replica of or nothing, and lines of postgresql.conf.
    static let text = """
        umask 077
        bin=$1 base=$2 primary=$3
        shift 3
        postmaster=

        cleanup() {
            cd /
            if [ -n "$postmaster" ]; then
                kill -QUIT "$postmaster" 2>/dev/null
                wait "$postmaster" 2>/dev/null
            fi
            if [ -n "$folder" ]; then rm -rf "$folder"; fi
        }
        trap cleanup EXIT
        trap 'exit 143' HUP INT TERM

        fill() {
            if [ -n "$primary" ]; then
                "$bin/pg_basebackup" -D "$folder/data" -h "$primary" -p 5432 -U postgres -w -R -X stream -c fast --no-sync
            else
                "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync
            fi
        }

        initialize() {
            fill </dev/null &&
            printf '%s\\n' "$@" "unix_socket_directories = '$folder'" >>"$folder/data/postgresql.conf"
        }

        # The eighth line of postmaster.pid is the server's state; "ready" means that it accepts connections.
        launch() {
            "$bin/postgres" -D "$folder/data" </dev/null >>"$folder/log" 2>&1 &
            postmaster=$!
            tries=0
            until [ "$(sed -n '8{s/ *$//;p;}' "$folder/data/postmaster.pid" 2>/dev/null)" = ready ]; do
                tries=$((tries + 1))
                if [ "$tries" -gt 3000 ] || ! kill -0 "$postmaster" 2>/dev/null; then return 1; fi
                sleep 0.02
            done
        }

        report() {
            if "$@"; then echo ready; else echo failed; fi
        }

        folder=$(mktemp -d "$base/crossfade-XXXXXX") || exit 1
        cd "$folder" || exit 1
        echo "folder $folder"
        if initialize "$@" >>"$folder/log" 2>&1; then report launch; else echo failed; fi

        while read -r order; do
            if [ "$order" = restart ]; then
                kill -INT "$postmaster"
                wait "$postmaster"
                report launch
            elif [ "$order" = keep ]; then
                echo "kept $$"
                # The parent no longer reads what is written here.
                exec </dev/null >/dev/null 2>&1
                wait "$postmaster"
                postmaster=
                exit
            fi
        done
        """
}
