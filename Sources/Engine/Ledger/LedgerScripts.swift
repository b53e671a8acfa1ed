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

    /// A function that records evidence, as the scripts make it.
    struct RecordingFunction: Sendable {
        /// Name and types: `note(text, text)`.
        let signature: String
        let body: String
        /// The statement that makes it.
        let statement: String
    }

    /// The functions that sync functions call to record a write.
    var recording: [RecordingFunction] {
        scripts.flatMap { script in
            script.text.matches(of: /CREATE FUNCTION crossfade\.(note\w*)\(([^)]*)\)(?:[^$])*\$\$((?:[^$])*)\$\$;/).map
            { made in
                let types = made.output.2.split(separator: ",").compactMap { $0.split(separator: " ").last }
                return RecordingFunction(
                    signature: "\(made.output.1)(\(types.joined(separator: ", ")))",
                    body: String(made.output.3),
                    statement: String(made.output.0)
                )
            }
        }
    }

    /// The statements that make the table of evidence.
    var observation: [String] {
        scripts.flatMap { script in
            script.text.matches(of: /CREATE (TABLE crossfade\.observation |INDEX observation_)[^;]*;/).map {
                String($0.output.0)
            }
        }
    }

    /// Those that bring a ledger of a version up to date; 0 is a database without a ledger.
    func after(_ version: Int) -> ArraySlice<SourceText> { scripts.dropFirst(version) }
}
