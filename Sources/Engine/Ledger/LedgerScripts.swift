import Diagnostics
import Workflow

/// The scripts that make the ledger, in order: the first creates version 1, each later one brings the version before it up
/// to its own.
struct LedgerScripts: Sendable {
    let scripts: [SourceText]

    /// The version after the last script.
    var version: Int { scripts.count }

    /// Those of this program.
    ///
    /// - Throws: ``Failure`` `failed` when the installation lacks one.
    init(_ templates: TemplateLibrary) throws(Failure) {
        var scripts: [SourceText] = []
        for version in 1...Ledger.version {
            guard let script = templates.source("ledger/\(version)") else {
                throw Failure(
                    .failed,
                    "the template ledger/\(version).sql is missing",
                    hint: "install crossfade again"
                )
            }
            scripts.append(script)
        }
        self.init(scripts: scripts)
    }

    init(scripts: [SourceText]) { self.scripts = scripts }

    /// Those that bring a ledger of a version up to date; 0 is a database without a ledger.
    func after(_ version: Int) -> ArraySlice<SourceText> { scripts.dropFirst(version) }
}
