import Diagnostics
import Workflow

extension Diagnostic {
    var json: JSON {
        .object([
            ("severity", .string(severity.rawValue)),
            ("id", .string(id)),
            ("message", .string(message)),
            ("place", .init(range, \.json)),
            ("fix", .init(fix)),
            ("notes", .array(notes.map(\.json))),
        ])
    }
}

extension Diagnostic.Note {
    fileprivate var json: JSON {
        .object([("message", .string(message)), ("place", .init(range, \.json))])
    }
}

extension SourceRange {
    /// Lines and columns from 1, the end exclusive.
    fileprivate var json: JSON {
        .object([
            ("file", .string(source.name)),
            ("line", .integer(start.line)),
            ("column", .integer(start.column)),
            ("endLine", .integer(end.line)),
            ("endColumn", .integer(end.column)),
        ])
    }
}
