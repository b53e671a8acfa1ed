import Diagnostics
import Foundation
import Testing
import Workflow

/// The repository's folder, whichever folder the tests run in.
private let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

@Suite struct PlanFilesTests {
    private static let plans = repository.appending(path: "Plans")

    static let names = (try? FileManager.default.contentsOfDirectory(atPath: plans.path()))?.sorted() ?? []

    @Test func `there are examples`() {
        #expect(Self.names.contains("rename-profile-bio.yaml"))
    }

    @Test(arguments: names)
    func `an example is read without a remark`(name: String) throws {
        let bytes = try Data(contentsOf: Self.plans.appending(path: name))
        let (plan, diagnostics) = PlanReader.read(try SourceText(name: name, bytes: bytes))
        #expect(diagnostics.isEmpty, "\(DiagnosticRenderer(color: false).render(diagnostics))")
        #expect(plan.map { "\($0.name).yaml" } == name)
    }
}

@Suite struct PlanSchemaTests {
    @Test func `the schema is JSON, and describes every key`() throws {
        let json = try JSONSerialization.jsonObject(with: Data(PlanSchema.jsonSchema.utf8))
        let keys = keys(in: json)
        #expect(keys.count > 30)
        for (name, value) in keys {
            #expect((value as? [String: Any])?["description"] is String, "\(name) has no description")
        }
    }

    @Test func `what the schema gives as a default is what the reader assumes`() throws {
        let json = try JSONSerialization.jsonObject(with: Data(PlanSchema.jsonSchema.utf8))
        let required = "version: 1\nname: p\nchange: {rename_column: {table: T, from: a, to: b}}\n"
        func isRead(_ text: String) -> Plan? { PlanReader.read(SourceText(name: "p", text: text)).0 }
        let properties = try #require((json as? [String: Any])?["properties"] as? [String: Any])
        let written = properties.compactMap { name, value in
            defaults(of: value).map { "\(name): \($0)" }
        }
        let explicit = try #require(isRead(required + written.joined(separator: "\n")))
        var implicit = try #require(isRead(required))
        #expect(written.count == 4)
        implicit.source = explicit.source
        #expect(explicit == implicit)
    }

    /// Every key the schema knows, at all depths.
    private func keys(in json: Any) -> [(name: String, value: Any)] {
        if let list = json as? [Any] { return list.flatMap(keys) }
        guard let object = json as? [String: Any] else { return [] }
        let own = (object["properties"] as? [String: Any] ?? [:]).map { (name: $0.key, value: $0.value) }
        return own + object.values.flatMap(keys)
    }

    /// A value with all its defaults written out, in YAML's flow notation; nil when it has none.
    private func defaults(of schema: Any) -> String? {
        guard let schema = schema as? [String: Any] else { return nil }
        if let list = schema["default"] as? [Any] { return "[\(list.map { "\($0)" }.joined(separator: ", "))]" }
        if let value = schema["default"] { return "\(value)" }
        guard schema["required"] == nil, let properties = schema["properties"] as? [String: Any] else { return nil }
        let inner = properties.compactMap { name, value in defaults(of: value).map { "\(name): \($0)" } }
        return inner.isEmpty ? nil : "{\(inner.joined(separator: ", "))}"
    }
}
