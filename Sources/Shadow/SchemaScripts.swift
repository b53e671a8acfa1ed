package import Diagnostics
import Foundation
import SQL
package import Workflow

/// Scripts that make a schema, in the order in which they are run.
package struct SchemaScripts: Sendable {
    package let scripts: [SourceText]

    package init(_ scripts: [SourceText]) { self.scripts = scripts }

    /// The roles that the scripts name.
    var roles: Set<Identifier> {
        scripts.reduce(into: []) { roles, script in
            // What cannot be cut is told where it is run.
            guard let pieces = try? PsqlScript(cutting: script.text).statements else { return }
            for piece in pieces { roles.formUnion(MentionedRoles(of: piece.text).names) }
        }
    }
}

/// A folder of migrations, in the layout of a known tool.
package struct MigrationFolder: Sendable {
    /// How a tool lays its migrations out.
    package enum Layout: String, Sendable, CaseIterable {
        /// A folder for each migration with `migration.sql` in it (Prisma) or `up.sql` (Diesel).
        case folders
        /// `V1__name.sql` in the order of the versions, and at last `R__name.sql` by name (Flyway).
        case flyway
        /// Files by name; of `.up.sql` and `.down.sql` the former, and of `-- migrate:up`, `-- +goose Up` the part after it.
        case files
    }

    package let path: String

    package init(_ path: String) { self.path = path }

    /// Reads the migrations.
    ///
    /// - Throws: ``Failure`` where there is no such folder, or no migration in it.
    package func read() throws(Failure) -> (layout: Layout, scripts: SchemaScripts) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted {
                $0.utf8.lexicographicallyPrecedes($1.utf8)
            }
        } catch {
            throw Failure(
                .failed,
                "\(path) cannot be read: \(error.localizedDescription)",
                hint: "name a folder of migrations"
            )
        }
        let folders = names.compactMap { name in
            ["migration.sql", "up.sql"].map { "\(name)/\($0)" }.first {
                FileManager.default.fileExists(atPath: "\(path)/\($0)")
            }
        }
        let files = names.filter { $0.hasSuffix(".sql") }
        let versioned = files.compactMap(FlywayFile.init)
        let (layout, chosen): (Layout, [String]) =
            if !folders.isEmpty {
                (.folders, folders)
            } else if versioned.contains(where: { $0.version != nil }) {
                (.flyway, versioned.sorted().map(\.name))
            } else {
                (.files, files.filter { !$0.hasSuffix(".down.sql") && !$0.hasSuffix(".undo.sql") })
            }
        guard !chosen.isEmpty else {
            throw Failure(
                .failed,
                "\(path) has no migrations",
                hint:
                    "it may have folders with migration.sql (Prisma), files V1__name.sql (Flyway), or other *.sql files"
            )
        }
        var scripts: [SourceText] = []
        for name in chosen {
            let text = try SourceText(reading: "\(path)/\(name)")
            scripts.append(layout == .files ? Self.forward(text) : text)
        }
        return (layout, SchemaScripts(scripts))
    }

    /// The part that goes forward, where a file has both; what is left out keeps its lines, so that places stay right.
    private static func forward(_ text: SourceText) -> SourceText {
        let opening = /^--\s*(migrate:up|\+goose Up)\b/.ignoresCase()
        let closing = /^--\s*(migrate:down|\+goose Down)\b/.ignoresCase()
        let lines = text.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.contains(where: { $0.firstMatch(of: opening) != nil }) else { return text }
        var isForward = false
        let kept = lines.map { line -> String in
            if line.firstMatch(of: opening) != nil { isForward = true }
            if line.firstMatch(of: closing) != nil { isForward = false }
            return isForward ? String(line) : ""
        }
        return SourceText(name: text.name, text: kept.joined(separator: "\n"))
    }
}

/// A file named as Flyway wants it.
private struct FlywayFile: Comparable {
    let name: String
    /// nil for one that is run again whenever it changes, which comes last.
    let version: [Int]?

    /// Nil for a file of another name, and for one that undoes.
    init?(_ name: String) {
        if name.wholeMatch(of: /R__.+\.sql/) != nil {
            (self.name, version) = (name, nil)
            return
        }
        guard let match = name.wholeMatch(of: /[VB]([0-9]+(?:[._][0-9]+)*)__.*\.sql/) else { return nil }
        (self.name, version) = (name, match.1.split { $0 == "." || $0 == "_" }.compactMap { Int($0) })
    }

    static func < (first: FlywayFile, second: FlywayFile) -> Bool {
        switch (first.version, second.version) {
        case (let one?, let other?) where one != other: one.lexicographicallyPrecedes(other)
        case (.some, nil): true
        case (nil, .some): false
        default: first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
        }
    }
}

extension SourceText {
    /// Reads a file, or stdin where the path is `-`.
    ///
    /// - Throws: ``Failure`` for one that cannot be read, or is not UTF-8.
    package init(reading path: String) throws(Failure) {
        let bytes: Data
        do {
            bytes =
                try path == "-" ? FileHandle.standardInput.readToEnd() ?? Data() : Data(contentsOf: URL(filePath: path))
        } catch {
            throw Failure(.failed, "\(path) cannot be read: \(error.localizedDescription)")
        }
        do throws(Diagnostic) {
            try self.init(name: path == "-" ? "<stdin>" : path, bytes: bytes)
        } catch {
            throw Failure(.failed, DiagnosticRenderer(color: false).render(Diagnostics([error])))
        }
    }
}
