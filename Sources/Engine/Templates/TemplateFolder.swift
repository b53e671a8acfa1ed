import Diagnostics
import Foundation
import Templates

/// Reads the templates of a folder: `<family>/<file>.sql.mustache`, and `<family>/<file>.sql` that is not rendered.
enum TemplateFolder {
    /// A file of SQL as it was read.
    struct File {
        /// `same_row/expand`.
        let name: String
        let source: SourceText
        let isTemplate: Bool
    }

    /// Those of the program itself, in the order of their names.
    static var shipped: [File] {
        ShippedTemplates.files.compactMap { file in
            split(file.path).map { name, isTemplate in
                File(name: name, source: SourceText(name: file.path, text: file.text), isTemplate: isTemplate)
            }
        }
    }

    /// All files of all families, in the order of their names.
    static func read(_ folder: URL) throws(Diagnostics) -> [File] {
        var files: [File] = []
        for family in try contents(of: folder) where isFolder(family) {
            for file in try contents(of: family) {
                guard let (name, isTemplate) = split(file.lastPathComponent) else { continue }
                let title = "\(family.lastPathComponent)/\(name)"
                files.append(File(name: title, source: try text(of: file), isTemplate: isTemplate))
            }
        }
        return files
    }

    private static func split(_ fileName: String) -> (name: String, isTemplate: Bool)? {
        for (suffix, isTemplate) in [(".sql.mustache", true), (".sql", false)] where fileName.hasSuffix(suffix) {
            return (String(fileName.dropLast(suffix.count)), isTemplate)
        }
        return nil
    }

    private static func isFolder(_ url: URL) -> Bool {
        (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
    }

    private static func contents(of folder: URL) throws(Diagnostics) -> [URL] {
        do {
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .sorted { $0.lastPathComponent < $1.lastPathComponent }
        } catch {
            throw unreadable(folder, error)
        }
    }

    private static func text(of file: URL) throws(Diagnostics) -> SourceText {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: file)
        } catch {
            throw unreadable(file, error)
        }
        do throws(Diagnostic) {
            return try SourceText(name: file.relativePath, bytes: bytes)
        } catch {
            throw Diagnostics([error])
        }
    }

    private static func unreadable(_ url: URL, _ error: any Error) -> Diagnostics {
        let message = "\(url.path) cannot be read: \(error.localizedDescription)"
        return Diagnostics([Diagnostic(.error, "template.unreadable", message)])
    }
}
