import Testing
import Workflow

/// A plan with a mistake at each marker, and what is said there.
struct MistakeCase: CustomTestStringConvertible, Sendable {
    let text: String
    let findings: [String]

    var testDescription: String { text.debugDescription }

    /// A whole plan.
    init(_ text: String, _ findings: String...) {
        self.text = text
        self.findings = findings
    }

    /// A plan that is right but for these lines at its end.
    init(after rest: String, _ findings: String...) {
        text = "version: 1\nname: p\nchange: {rename_column: {table: T, from: a, to: b}}\n" + rest
        self.findings = findings
    }

    /// A plan that is right but for this list of contract's requirements.
    init(requires list: String, _ findings: String...) {
        text = """
            version: 1
            name: p
            change: {rename_column: {table: T, from: a, to: b}}
            phases: {contract: {requires: \(list)}}
            """
        self.findings = findings
    }

    /// A plan that is right but for this section of the backfill.
    init(throttle section: String, _ findings: String...) {
        text = """
            version: 1
            name: p
            change: {rename_column: {table: T, from: a, to: b}}
            phases: {backfill: {throttle: \(section)}}
            """
        self.findings = findings
    }

    /// A plan that is right but for this change.
    init(change: String, _ findings: String...) {
        text = "version: 1\nname: p\nchange: \(change)\n"
        self.findings = findings
    }
}

extension MistakeCase {
    static let structure = [
        MistakeCase(
            "1️⃣nam: p\n",
            "1️⃣ [plan.missing-key] the document lacks the key 'version'",
            "1️⃣ [plan.missing-key] the document lacks the key 'change'",
            "1️⃣ [plan.unknown-key] unknown key 'nam'",
            "  fix: did you mean 'name'?"
        ),
        MistakeCase("1️⃣- a\n", "1️⃣ [plan.wrong-type] the document must be a mapping of keys to values, not a list"),
        MistakeCase(
            "1️⃣version:\nname: p\nchange: {rename_column: {table: T, from: a, to: b}}",
            "1️⃣ [plan.missing-value] 'version' has no value"
        ),
        MistakeCase(
            "version: 1️⃣2\nname: p\nchange: {rename_column: {table: T, from: a, to: b}}",
            "1️⃣ [plan.version] plans of version 2 are not known here; this is version 1"
        ),
        MistakeCase(
            "version: 1️⃣'1'\nname: 2️⃣a b\nchange: {rename_column: {table: T, from: a, to: b}}",
            "1️⃣ [plan.wrong-type] 'version' must be a whole number, not a text",
            "2️⃣ [plan.invalid-name] 'a b' cannot name a plan: "
                + "up to 100 letters, digits, '.', '_' and '-', a letter or digit first"
        ),
        MistakeCase(
            after: "phases:\n  1️⃣retain: 1d\n  backfill: {2️⃣min_writes: 3}\n  enforce: {3️⃣require: []}\n4️⃣soak: 1h\n",
            "1️⃣ [plan.unknown-key] unknown key 'retain'",
            "  fix: belongs under 'phases.contract'",
            "2️⃣ [plan.unknown-key] unknown key 'min_writes'",
            "  fix: belongs under 'phases.dual_write_check'",
            "3️⃣ [plan.unknown-key] unknown key 'require'",
            "  fix: did you mean 'requires'?",
            "4️⃣ [plan.unknown-key] unknown key 'soak'",
            "  fix: belongs under 'requires'"
        ),
        MistakeCase(
            after: "description: 1️⃣''\nacknowledge: [2️⃣Select Star, a, 3️⃣[b]]\n",
            "1️⃣ [plan.invalid-value] 'description' must be a text that is not empty, not ''",
            "2️⃣ [plan.invalid-value] an entry of 'acknowledge' must be the id of a finding, "
                + "such as select-star, not 'Select Star'",
            "3️⃣ [plan.wrong-type] an entry of 'acknowledge' must be a text, not a list"
        ),
        MistakeCase(
            after: "acknowledge: [1️⃣a, b, 2️⃣'a']\n",
            "2️⃣ [plan.repeated] 'a' is there twice",
            "  1️⃣ note: first written here"
        ),
    ]

    static let changes = [
        MistakeCase(
            change: "{rename_column: {table: 1️⃣a.b.c, from: 2️⃣'', to: 3️⃣\(String(repeating: "x", count: 64))}}",
            "1️⃣ [plan.invalid-name] 'a.b.c' is not a name, or a schema and a name with a dot between",
            "2️⃣ [plan.invalid-name] a name may not be empty",
            "3️⃣ [plan.invalid-name] '\(String(repeating: "x", count: 64))' has 64 bytes; a name has at most 63"
        ),
        MistakeCase(
            change: "{rename_column: {table: T, from: bio, to: 1️⃣bio}}",
            "1️⃣ [plan.same-name] 'bio' is renamed to itself"
        ),
        MistakeCase(
            change: "\n  1️⃣rename_column: {table: T}",
            "1️⃣ [plan.missing-key] 'rename_column' lacks the key 'from'",
            "1️⃣ [plan.missing-key] 'rename_column' lacks the key 'to'"
        ),
        MistakeCase(
            """
            version: 1
            name: p
            change: {rename_column: {table: T, from: a, to: b}}
            1️⃣changes: [{rename_column: {table: T, from: c, to: d}}]
            """,
            "1️⃣ [plan.one-key] a plan takes only one of 'change' and 'changes'"
        ),
        MistakeCase(
            """
            version: 1
            name: p
            changes:
              - rename_column: {table: T, from: a, to: b}
              - 1️⃣rename_column: {table: U, from: a, to: b}
            """,
            "1️⃣ [plan.invalid-value] the changes of one plan are of one table: U is not T"
        ),
        MistakeCase(
            """
            version: 1
            name: p
            changes:
              - rename_column: {table: T, from: a, to: b}
              - {1️⃣rename_table: {from: T, to: U}}
            """,
            "1️⃣ [plan.unsupported] 'rename_table' cannot be one of several changes: write a plan of its own"
        ),
        MistakeCase(
            "version: 1\nname: p\nchanges: 1️⃣[]",
            "1️⃣ [plan.out-of-range] 'changes' needs at least one entry"
        ),
        MistakeCase(
            change: "1️⃣{}",
            "1️⃣ [plan.one-key] 'change' needs one of \(Change.kinds.map { "'\($0.key)'" }.joined(separator: ", "))"
        ),
        MistakeCase(
            change: "{drop_table: {table: T}, 1️⃣rename_colum: {}}",
            "1️⃣ [plan.unknown-key] unknown key 'rename_colum'",
            "  fix: did you mean 'rename_column'?"
        ),
    ]

    static let settings = [
        MistakeCase(
            after: "dual_write: {by: 1️⃣app, conflict: 2️⃣newwins}\n",
            "1️⃣ [plan.invalid-value] 'by' must be trigger or application, not 'app'",
            "2️⃣ [plan.invalid-value] 'conflict' must be new_wins, old_wins or reject, not 'newwins'",
            "  fix: did you mean 'new_wins'?"
        ),
        MistakeCase(
            after: "phases: {lock_timeout: 1️⃣10, lock_deadline: 2️⃣1h30m, contract: {retain: 3️⃣'-1d'}}\n",
            "1️⃣ [plan.invalid-value] 'lock_timeout' must be a duration such as 500ms, 10s, 5m, 24h or 7d, not '10'",
            "  fix: add a unit, as in '10s'",
            "2️⃣ [plan.invalid-value] 'lock_deadline' must be a duration such as 500ms, 10s, 5m, 24h or 7d, not '1h30m'",
            "3️⃣ [plan.invalid-value] 'retain' must be a duration such as 500ms, 10s, 5m, 24h or 7d, not '-1d'"
        ),
        MistakeCase(
            after: "phases: {lock_timeout: 1️⃣6s, lock_deadline: 2️⃣9999ms, backfill: {chunk_target: 3️⃣9ms}}\n",
            "1️⃣ [plan.out-of-range] 'lock_timeout' must be between 10ms and 5s, not 6s",
            "2️⃣ [plan.out-of-range] 'lock_deadline' must be between 10s and 1d, not 9999ms",
            "3️⃣ [plan.out-of-range] 'chunk_target' must be between 10ms and 30s, not 9ms"
        ),
        MistakeCase(
            after: "phases: {backfill: {workers: 1️⃣33}, dual_write_check: {min_writes: 2️⃣-1}}\n",
            "1️⃣ [plan.out-of-range] 'workers' must be between 1 and 32, not 33",
            "2️⃣ [plan.out-of-range] 'min_writes' must be at least 0, not -1"
        ),
        MistakeCase(
            after: "phases: {backfill: {order: 1️⃣keys, vacuum: 2️⃣on, latency_budget: 3️⃣2}}\n",
            "1️⃣ [plan.invalid-value] 'order' must be blocks or key, not 'keys'",
            "  fix: did you mean 'key'?",
            "2️⃣ [plan.invalid-value] 'vacuum' must be auto or off, not 'on'",
            "3️⃣ [plan.invalid-value] 'latency_budget' must be a factor from 1.1x to 100x, a duration such as 10ms, or off, "
                + "not '2'",
            "  fix: add a unit, as in '2x' or '2ms'"
        ),
    ]

    static let throttle = [
        MistakeCase(
            throttle: "{replica_lag: 1️⃣no, replica_lag_bytes: 2️⃣256, slot_lag: 3️⃣1 gb, wal_backlog: 4️⃣1B}",
            "1️⃣ [plan.invalid-value] 'replica_lag' is switched off by 'off', not by 'no'",
            "  fix: write 'off'",
            "2️⃣ [plan.invalid-value] 'replica_lag_bytes' must be a size such as 512kB, 256MB, 1GB or 2TB, not '256'",
            "  fix: add a unit, as in '256MB'",
            "3️⃣ [plan.invalid-value] 'slot_lag' must be a size such as 512kB, 256MB, 1GB or 2TB, not '1 gb'",
            "  fix: did you mean '1GB'?",
            "4️⃣ [plan.invalid-value] 'wal_backlog' must be a size such as 512kB, 256MB, 1GB or 2TB, not '1B'"
        ),
        MistakeCase(
            throttle: "{wal_rate: 1️⃣0kB, slot_lag: 2️⃣2048TB, replica_lag: 3️⃣99ms, oldest_transaction: 4️⃣31d}",
            "1️⃣ [plan.out-of-range] 'wal_rate' must be between 1kB and 1024TB, not 0kB",
            "2️⃣ [plan.out-of-range] 'slot_lag' must be between 1kB and 1024TB, not 2048TB",
            "3️⃣ [plan.out-of-range] 'replica_lag' must be between 100ms and 1d, not 99ms",
            "4️⃣ [plan.out-of-range] 'oldest_transaction' must be between 1s and 30d, not 31d"
        ),
        MistakeCase(
            throttle: "{active_sessions: 1️⃣101%, lock_waits: 2️⃣0, xmin_age: 3️⃣1, wraparound_vacuum: 4️⃣hol}",
            "1️⃣ [plan.invalid-value] 'active_sessions' must be a number of sessions, "
                + "or a share of max_connections such as 80%, not '101%'",
            "2️⃣ [plan.out-of-range] 'lock_waits' must be between 1 and 100000, not 0",
            "3️⃣ [plan.out-of-range] 'xmin_age' must be between 1000 and 2000000000, not 1",
            "4️⃣ [plan.invalid-value] 'wraparound_vacuum' must be hold or off, not 'hol'",
            "  fix: did you mean 'hold'?"
        ),
        MistakeCase(
            throttle: "{replica_urls: [1️⃣'postgres://a:b@host/db', 2️⃣'host=a password=b', "
                + "3️⃣'postgres://host/db?password=b', 4️⃣$1, 5️⃣[a], $A, 6️⃣$A]}",
            "1️⃣ [plan.secret] an entry of 'replica_urls' holds a password",
            "  fix: use a password file, or take the URL from the environment: $REPLICA_URL",
            "2️⃣ [plan.secret] an entry of 'replica_urls' holds a password",
            "  fix: use a password file, or take the URL from the environment: $REPLICA_URL",
            "3️⃣ [plan.secret] an entry of 'replica_urls' holds a password",
            "  fix: use a password file, or take the URL from the environment: $REPLICA_URL",
            "4️⃣ [plan.invalid-value] an entry of 'replica_urls' must name a variable as in $REPLICA_URL, not '$1'",
            "5️⃣ [plan.wrong-type] an entry of 'replica_urls' must be a text, not a list"
        ),
        MistakeCase(
            throttle: "{url: 1️⃣'https://a:b@ho st/'}",
            "1️⃣ [plan.secret] 'url' holds a user or a password, which a plan must not"
        ),
        MistakeCase(
            throttle: "{replica_urls: 1️⃣[], url: 2️⃣'ftp://a', command: 3️⃣'', flag_file: 4️⃣[]}",
            "1️⃣ [plan.out-of-range] 'replica_urls' needs at least one entry",
            "2️⃣ [plan.invalid-value] 'url' must be an address such as https://host/path, not 'ftp://a'",
            "3️⃣ [plan.invalid-value] 'command' must be a text that is not empty, not ''",
            "4️⃣ [plan.wrong-type] 'flag_file' must be a text, not a list"
        ),
        MistakeCase(
            throttle: "{url: 1️⃣'https://a:b@host/', query: {2️⃣sq: SELECT 1, above: 3️⃣many}, 4️⃣replicalag: 1s}",
            "1️⃣ [plan.secret] 'url' holds a user or a password, which a plan must not",
            "2️⃣ [plan.unknown-key] unknown key 'sq'",
            "  fix: did you mean 'sql'?",
            "3️⃣ [plan.invalid-value] 'above' must be a number such as 100 or 0.5, not 'many'",
            "4️⃣ [plan.unknown-key] unknown key 'replicalag'",
            "  fix: did you mean 'replica_lag'?"
        ),
        MistakeCase(
            throttle: "{query: 1️⃣DELETE FROM a}",
            "1️⃣ [plan.invalid-sql] 'query' must be one SELECT that only reads: this is another statement"
        ),
    ]

    static let requirements = [
        MistakeCase(
            """
            version: 1
            name: p
            change: {rename_column: {table: T, from: a, to: b}}
            phases: {enforce: {requires: [{soak: 1h}, 1️⃣{brownout: 10m}]}}
            """,
            "1️⃣ [plan.invalid-value] only contract can ask for a brownout: it is contract, for a time"
        ),
        MistakeCase(
            requires: "[1️⃣{}, {no_legacy_reads: 2️⃣soon}, {3️⃣soak: 1h, 4️⃣approval: {count: 5️⃣0, not_author: 6️⃣yes}}]",
            "1️⃣ [plan.one-key] an entry of 'requires' needs one of "
                + "'soak', 'approval', 'window', 'assertion', 'no_legacy_writes', 'no_legacy_reads', 'brownout'",
            "2️⃣ [plan.invalid-value] 'no_legacy_reads' must be a duration such as 500ms, 10s, 5m, 24h or 7d, not 'soon'",
            "4️⃣ [plan.one-key] an entry of 'requires' takes only one of "
                + "'soak', 'approval', 'window', 'assertion', 'no_legacy_writes', 'no_legacy_reads', 'brownout'",
            "  3️⃣ note: the first is here",
            "5️⃣ [plan.out-of-range] 'count' must be between 1 and 20, not 0",
            "6️⃣ [plan.wrong-type] 'not_author' must be true or false, not 'yes'"
        ),
        MistakeCase(
            requires: "[1️⃣{soak: 1h}, 2️⃣{soak: 2h}]",
            "2️⃣ [plan.repeated] 'soak' is there twice",
            "  1️⃣ note: first written here"
        ),
        MistakeCase(
            requires: "[1️⃣soak]",
            "1️⃣ [plan.wrong-type] an entry of 'requires' must be a mapping "
                + "of keys to values, not 'soak'"
        ),
        MistakeCase(
            requires: "[{window: {days: 1️⃣[], from: 2️⃣9:00, to: 3️⃣24:01, zone: 4️⃣Europe/Berln}}]",
            "1️⃣ [plan.out-of-range] 'days' needs at least one entry",
            "2️⃣ [plan.invalid-value] 'from' must be a time such as 09:00, not '9:00'",
            "3️⃣ [plan.invalid-value] 'to' must be a time such as 09:00, not '24:01'",
            "4️⃣ [plan.invalid-value] 'zone' must be UTC or a place such as Europe/Berlin, not 'Europe/Berln'",
            "  fix: did you mean 'Europe/Berlin'?"
        ),
        MistakeCase(
            requires: "[{window: {days: [1️⃣mon, 2️⃣mon, 3️⃣tuesday], from: 4️⃣24:00, to: 01:00, zone: 5️⃣PST}}]",
            "3️⃣ [plan.invalid-value] an entry of 'days' must be mon, tue, wed, thu, fri, sat or sun, not 'tuesday'",
            "4️⃣ [plan.invalid-value] 'from' must be a time such as 09:00, not '24:00'",
            "5️⃣ [plan.invalid-value] 'zone' must be UTC or a place such as Europe/Berlin, not 'PST'"
        ),
        MistakeCase(
            requires: "[{window: {days: [1️⃣mon, 2️⃣mon], from: 09:00, to: 10:00}}]",
            "2️⃣ [plan.repeated] 'mon' is there twice",
            "  1️⃣ note: first written here"
        ),
        MistakeCase(
            requires: "[{window: {from: 09:00, to: 1️⃣09:00}}]",
            "1️⃣ [plan.invalid-value] a window from 09:00 to 09:00 never opens",
            "  fix: for the whole day write 00:00 and 24:00"
        ),
        MistakeCase(
            requires: "[{assertion: {name: 1️⃣\"a\\nb\", sql: SELECT 1 FROM 2️⃣WHERE}}]",
            "1️⃣ [plan.invalid-value] 'name' must be a line of at most 100 characters, not 'a\nb'",
            "2️⃣ [plan.invalid-sql] syntax error at or near \"WHERE\""
        ),
        MistakeCase(
            requires: "[{assertion: {name: n, sql: 1️⃣SELECT 1; SELECT 2}}]",
            "1️⃣ [plan.invalid-sql] 'sql' must be one SELECT that only reads: these are 2 statements"
        ),
        MistakeCase(
            requires: "[{assertion: {name: n, sql: 1️⃣'-- nothing'}}]",
            "1️⃣ [plan.invalid-sql] 'sql' must be one SELECT that only reads: there is none"
        ),
        MistakeCase(
            requires: "[{assertion: {name: n, sql: 1️⃣DELETE FROM a}}]",
            "1️⃣ [plan.invalid-sql] 'sql' must be one SELECT that only reads: this is another statement"
        ),
        MistakeCase(
            requires: "[{assertion: {name: n, sql: 1️⃣SELECT 1 FROM a FOR UPDATE}}]",
            "1️⃣ [plan.invalid-sql] 'sql' must be one SELECT that only reads: this locks a in ROW SHARE mode"
        ),
        MistakeCase(
            requires: "[{assertion: {name: n, sql: 1️⃣WITH d AS (DELETE FROM a RETURNING 1) SELECT * FROM d}}]",
            "1️⃣ [plan.invalid-sql] 'sql' must be one SELECT that only reads: this locks a in ROW EXCLUSIVE mode"
        ),
        MistakeCase(
            requires: "[{assertion: {name: n, sql: 1️⃣SELECT 1 INTO t}}]",
            "1️⃣ [plan.invalid-sql] 'sql' must be one SELECT that only reads: this locks t in ACCESS EXCLUSIVE mode"
        ),
        MistakeCase(
            requires: "[{assertion: {name: n, sql: 1️⃣SELECT 1 #> 2\n}}]",
            "1️⃣ warning [plan.comment-in-sql] what follows '#' is a comment, not part of the SQL",
            "  fix: quote the SQL, or put the comment on a line of its own"
        ),
    ]

    static let hooks = [
        MistakeCase(
            after: "hooks: [1️⃣{}, {2️⃣before: [contract], 3️⃣on: [begun], 4️⃣run: [a], 5️⃣post_to: A}]\n",
            "1️⃣ [plan.one-key] an entry of 'hooks' needs one of 'before' and 'on'",
            "1️⃣ [plan.one-key] an entry of 'hooks' needs one of 'run' and 'post_to'",
            "3️⃣ [plan.one-key] an entry of 'hooks' takes only one of 'before' and 'on'",
            "  2️⃣ note: the first is here",
            "5️⃣ [plan.one-key] an entry of 'hooks' takes only one of 'run' and 'post_to'",
            "  4️⃣ note: the first is here"
        ),
        MistakeCase(
            after: "hooks: [{before: [purge], run: [a], 1️⃣retries: 1, 2️⃣phases: [expand], 3️⃣authorization: A}]\n",
            "1️⃣ [plan.unknown-key] 'retries' goes with 'on', which is not there",
            "2️⃣ [plan.unknown-key] 'phases' goes with 'on', which is not there",
            "3️⃣ [plan.unknown-key] 'authorization' goes with 'post_to', which is not there"
        ),
        MistakeCase(
            after: "hooks: [{on: [begun, 1️⃣verifed], phases: 2️⃣[], run: 3️⃣[' ', a], retries: 4️⃣11, timeout: 5️⃣11m}]\n",
            "1️⃣ [plan.invalid-value] an entry of 'on' must be begun, verified, failed, waiting or approved, not 'verifed'",
            "  fix: did you mean 'verified'?",
            "2️⃣ [plan.out-of-range] 'phases' needs at least one entry",
            "3️⃣ [plan.invalid-value] 'run' begins with an executable, not with an empty text",
            "4️⃣ [plan.out-of-range] 'retries' must be between 0 and 10, not 11",
            "5️⃣ [plan.out-of-range] 'timeout' must be between 1s and 10m, not 11m"
        ),
        MistakeCase(
            after: "hooks:\n- {on: [begun], run: 1️⃣release}\n- {before: [2️⃣verify], run: [a, 3️⃣\"\\0\"]}\n",
            "1️⃣ [plan.wrong-type] 'run' must be a list, not 'release'",
            "2️⃣ [plan.invalid-value] an entry of 'before' must be expand, backfill, dual_write_check, enforce, contract "
                + "or purge, not 'verify'",
            "3️⃣ [plan.invalid-value] an entry of 'run' holds a NUL, which no program can be given"
        ),
        MistakeCase(
            after: "hooks:\n- {on: [begun], post_to: 1️⃣'https://a/b?token=c', authorization: 2️⃣'Bearer me'}\n"
                + "- {on: [begun], post_to: 3️⃣hook_url}\n",
            "1️⃣ [plan.secret] 'post_to' must be the name of an environment variable, such as CROSSFADE_HOOK_URL",
            "  fix: set a variable to the value, and write its name: capitals, digits and '_'",
            "2️⃣ [plan.secret] 'authorization' must be the name of an environment variable, such as CROSSFADE_HOOK_URL",
            "  fix: set a variable to the value, and write its name: capitals, digits and '_'",
            "3️⃣ [plan.secret] 'post_to' must be the name of an environment variable, such as CROSSFADE_HOOK_URL",
            "  fix: set a variable to the value, and write its name: capitals, digits and '_'"
        ),
        MistakeCase(
            after: "hooks: [1️⃣{on: [begun], run: [a, b]}, {on: [begun], run: ['a b']}, 2️⃣{on: [begun], run: [a, b]}]\n",
            "2️⃣ [plan.repeated] 'on begun: run [\"a\", \"b\"]' is there twice",
            "  1️⃣ note: first written here"
        ),
    ]

    static let all = structure + changes + settings + throttle + requirements + hooks
}
