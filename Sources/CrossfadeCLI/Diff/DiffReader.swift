import Diagnostics
import Foundation
import PrismaSchema
import Workflow

/// Reads a side of a comparison.
struct DiffReader {
    /// What a side describes.
    ///
    /// - Throws: ``Failure``, for a schema with mistakes with all of them.
    func database(_ source: DiffSource) throws(Failure) -> PrismaDatabase {
        switch source {
        case .empty: return .empty
        case .schema(let path): return try schema(path)
        case .database, .migrations, .sql, .plan:
            throw Failure(
                .usage,
                "\(source.description) is no Prisma schema",
                hint: "use schema:FILE, schema:DIR or empty"
            )
        }
    }

    private func schema(_ path: String) throws(Failure) -> PrismaDatabase {
        let files = try files(path)
        do throws(Diagnostics) {
            return PrismaDatabase(try DataModel(reading: files))
        } catch {
            let mistakes = DiagnosticRenderer(color: false).render(error)
            throw Failure(
                .failed,
                "\(path) is no valid Prisma schema\n\(mistakes)",
                hint: "correct the schema, and run it again"
            )
        }
    }

    /// The files of a schema: one, or all of a folder in the order of their paths.
    private func files(_ path: String) throws(Failure) -> [SourceText] {
        if path == "-" { return [try text("<stdin>") { try FileHandle.standardInput.readToEnd() ?? Data() }] }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Failure(.failed, "\(path) does not exist", hint: "name a schema file, or a folder of *.prisma files")
        }
        let paths = isFolder.boolValue ? paths(in: path) : [path]
        if paths.isEmpty {
            throw Failure(.failed, "\(path) has no *.prisma files", hint: "name the folder that has them")
        }
        var files: [SourceText] = []
        for path in paths { files.append(try text(path) { try Data(contentsOf: URL(filePath: path)) }) }
        return files
    }

    private func paths(in folder: String) -> [String] {
        let url = URL(filePath: folder, directoryHint: .isDirectory)
        let found = FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
        let files = (found?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "prisma" }
        return files.map(\.relativePath).map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
    }

    private func text(_ name: String, _ read: () throws -> Data) throws(Failure) -> SourceText {
        let bytes: Data
        do {
            bytes = try read()
        } catch {
            throw Failure(.failed, "\(name) cannot be read: \(error.localizedDescription)")
        }
        do throws(Diagnostic) {
            return try SourceText(name: name, bytes: bytes)
        } catch {
            throw Failure(.failed, DiagnosticRenderer(color: false).render(Diagnostics([error])))
        }
    }
}
