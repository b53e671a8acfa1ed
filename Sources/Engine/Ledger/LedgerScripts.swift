import Diagnostics
import SQL
import Workflow

/// The scripts that make the ledger, in order: the first creates version 1, each later one brings the version before it up
/// to its own.
struct LedgerScripts: Sendable {
    let scripts: [SourceText]
    /// What sync functions record writes with.
    let evidence: LedgerEvidence

    /// The version after the last script.
    var version: Int { scripts.count }

    /// Those of this program.
    ///
    /// - Throws: ``Failure`` `failed` when the installation lacks one.
    init(_ templates: TemplateLibrary) throws(Failure) {
        var scripts: [SourceText] = []
        for version in 1...Ledger.version {
            scripts.append(try Self.script("\(version)", templates))
        }
        let evidence = try Self.script("evidence", templates)
        scripts[0] = SourceText(name: scripts[0].name, text: scripts[0].text + "\n" + evidence.text)
        self.init(scripts: scripts, evidence: LedgerEvidence(script: evidence))
    }

    init(scripts: [SourceText], evidence: LedgerEvidence) {
        self.scripts = scripts
        self.evidence = evidence
    }

    private static func script(_ name: String, _ templates: TemplateLibrary) throws(Failure) -> SourceText {
        guard let script = templates.source("ledger/\(name)") else {
            throw Failure(.failed, "the template ledger/\(name).sql is missing", hint: "install crossfade again")
        }
        return script
    }

    /// Those that bring a ledger of a version up to date; 0 is a database without a ledger.
    func after(_ version: Int) -> ArraySlice<SourceText> { scripts.dropFirst(version) }

    /// What the file is called that has all of them, for a person who applies a plan's files by hand.
    static let fileName = "0_ledger.sql"

    var generatedFile: GeneratedFile {
        GeneratedFile(name: Self.fileName, body: scripts.map(\.text).joined(separator: "\n"), predecessor: nil)
    }
}
