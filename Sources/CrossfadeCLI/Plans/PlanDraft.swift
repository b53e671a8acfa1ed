import Diagnostics
import Foundation
import SQL
import Workflow

/// The text of a new plan, with the comments a newcomer needs.
struct PlanDraft {
    let name: PlanName
    let change: RenameColumn

    /// A name made of table and column, such as `rename-profile-bio`; nil when neither has a letter a name may have.
    static func suggestedName(for change: RenameColumn) -> PlanName? {
        let words = "\(change.table) \(change.from)".lowercased()
            .split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return words.isEmpty ? nil : PlanName("rename-" + words.joined(separator: "-").prefix(90))
    }

    /// Writes the plan into a file that is not there yet.
    ///
    /// - Throws: ``Failure`` when the plan would not be valid, or the file cannot be written.
    func write(to path: String) throws(Failure) {
        let (plan, diagnostics) = PlanReader.read(SourceText(name: path, text: text))
        guard plan?.change == .renameColumn(change) else {
            let mistakes = DiagnosticRenderer(color: false).render(diagnostics)
            throw Failure(.usage, "these names make no valid plan\n\(mistakes)")
        }
        let url = URL(filePath: path)
        do {
            let folder = url.deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url, options: .withoutOverwriting)
        } catch CocoaError.fileWriteFileExists {
            throw Failure(.refused, "\(path) is there already", hint: "choose another --name or --into")
        } catch {
            throw Failure(.failed, "\(path) cannot be written: \(error.localizedDescription)")
        }
    }

    var text: String {
        """
        # One change to the database's schema. crossfade carries it through five phases, each proved before the next:
        # expand, backfill, dual_write_check, enforce, contract.
        #
        #   crossfade check \(name)      is the plan right, and does the catalog allow it?
        #   crossfade preview \(name)    every step, its SQL and its locks
        #   crossfade advance \(name)    begins the next phase
        #   crossfade status \(name)     where it stands, and what may be deployed now
        #
        # Only version, name and change are required. crossfade check --schema prints every key, for editors.

        version: 1
        name: \(name) # names the run in the database: it stays as it is once the run has begun
        description: \(YAMLScalar.text("\(change.table).\(change.from) becomes \(change.to)"))

        # This part cannot change once the run has begun. Everything below it can.
        change:
          rename_column:
            table: \(YAMLScalar.text(change.table.description)) # taken literally, never folded; with a schema: app.table
            from: \(YAMLScalar.text(change.from.name))
            to: \(YAMLScalar.text(change.to.name))

        phases:
          dual_write_check:
            observe: 10m # watch live writes for so long: each must leave both columns equal
            min_writes: 1 # and see at least so many, for no traffic proves nothing

          contract:
            # What must hold before the old column is taken away. By then no version that uses it may be left.
            requires:
              - soak: 24h # so long with everything in place
              - approval: {count: 1} # crossfade approve \(name) contract
            retain: 7d # rollback can set the old column back for so long; then purge may drop it

        """
    }
}
