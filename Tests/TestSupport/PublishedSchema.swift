import Foundation
import Subprocess
package import Testing

/// A schema in `Tests/Schemas`, named as the form of the program that has to follow it.
package enum PublishedSchema: String, Sendable, CaseIterable {
    case junit, sarif, gitlab

    private struct Unchecked: Error {
        let reason: String
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Schemas")

    private var file: String {
        switch self {
        case .junit: "junit-10.xsd"
        case .sarif: "sarif-schema-2.1.0.json"
        case .gitlab: "gitlab-code-quality.schema.json"
        }
    }

    /// What the schema has against a document, or nil when it is valid.
    ///
    /// A validator that is not there fails in CI, and elsewhere skips the test.
    package func objections(to document: String) async throws -> String? {
        let copy = FileManager.default.temporaryDirectory.appending(path: "crossfade-\(UUID().uuidString)")
        try Data(document.utf8).write(to: copy)
        // What cannot be removed is left to the system: a test has nobody to tell.
        defer { try? FileManager.default.removeItem(at: copy) }
        let paths = [Self.folder.appending(path: "validate.sh"), Self.folder.appending(path: file), copy].map(\.path)
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: Arguments(paths),
            input: .none,
            output: .string(limit: 16 << 20),
            error: .string(limit: 1 << 20)
        )
        switch result.terminationStatus {
        case .exited(0): return nil
        case .exited(65): return result.standardOutput
        case .exited(69) where ProcessInfo.processInfo.environment["CI"] != "true":
            try Test.cancel("no validator: \(result.standardError)")
        default: throw Unchecked(reason: "\(result.terminationStatus): \(result.standardError)")
        }
    }
}

/// Expects a document to be valid by a schema.
package func expectValid(
    _ document: String,
    by schema: PublishedSchema,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let objections = try await schema.objections(to: document)
    #expect(objections == nil, "\(objections ?? "")\n\(document)", sourceLocation: sourceLocation)
}
