import CBuild
import Engine
import Workflow

/// What this program is, and which versions of the ledger, of plans and of JSON it reads and writes.
enum Version {
    /// The release, as in CHANGELOG.md.
    static let release = "0.1.0"

    /// The commit the program was built from; `unknown` where the build could not tell.
    static let commit = known(unsafe String(cString: crossfade_commit())) ?? "unknown"

    static let ledger = Ledger.version
    static let plan = Plan.languageVersion
    /// Of the answers with `--json`: higher once a field changes its meaning.
    static let json = 1

    /// What `--version` prints.
    static let text = """
        crossfade \(release) (\(commit))
        ledger \(ledger)
        plan \(plan)
        JSON \(json)
        """

    /// nil for the placeholder that only `git archive` fills in.
    private static func known(_ commit: String) -> String? { commit.hasPrefix("$") || commit.isEmpty ? nil : commit }
}
