import Diagnostics
import Foundation
import SQL
import Workflow

/// The text of a new plan, with the comments a newcomer needs.
struct PlanDraft {
    let name: PlanName
    /// The key under `change:`.
    let kind: String
    /// The section's keys and values, in order.
    let values: [(key: Change.Key, value: String)]

    /// A name made of what is changed, such as `rename-profile-bio`; nil when it has no letter a name may have.
    static func suggestedName(for change: Change) -> PlanName? {
        let words = change.kind.nameWords.joined(separator: " ").lowercased()
            .split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let verb = change.kind.nameWords.first?.split(separator: "_").count ?? 0
        return words.count <= verb ? nil : PlanName(String(words.joined(separator: "-").prefix(90)))
    }

    /// The change as the plan's reader understands it.
    ///
    /// - Throws: ``Failure`` when the plan would not be valid.
    func change() throws(Failure) -> Change {
        let (plan, diagnostics) = PlanReader.read(SourceText(name: "the new plan", text: text(describedAs: kind)))
        guard let plan, !diagnostics.hasErrors else {
            let mistakes = DiagnosticRenderer(color: false).render(diagnostics)
            throw Failure(.usage, "these values make no valid plan\n\(mistakes)")
        }
        return plan.change
    }

    /// Writes the plan into a file that is not there yet.
    ///
    /// - Throws: ``Failure`` when the plan would not be valid, or the file cannot be written.
    func write(to path: String) throws(Failure) {
        let text = text(describedAs: try change().kind.line)
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

    func text(describedAs line: String) -> String {
        let section = values.map { key, value in
            // A list or a section is written as YAML has it; anything else is taken literally.
            "    \(key.name): \(key.isStructured ? value : YAMLScalar.text(value))"
        }
        return """
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
            description: \(YAMLScalar.text(line))

            # This part cannot change once the run has begun. Everything below it can. Names are taken literally, never
            # folded; with a schema: app.table.
            change:
              \(kind):
            \(section.joined(separator: "\n"))

            phases:
              dual_write_check:
                observe: 10m # watch live writes for so long: each must leave both shapes equal
                min_writes: 1 # and see at least so many, for no traffic proves nothing

              contract:
                # What must hold before the old shape is taken away. By then no version that uses it may be left.
                requires:
                  - soak: 24h # so long with everything in place
                  - approval: {count: 1} # crossfade approve \(name) contract
                retain: 7d # rollback can set the old shape back for so long; then purge may drop it

            """
    }
}
