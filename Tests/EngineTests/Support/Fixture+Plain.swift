import TestSupport
import Testing

@testable import Engine

extension Fixture {
    /// Compares the schema with that of a database in which a plain migration did what the case's plan does.
    func expectSchemaOfPlainMigration(_ test: KindCase) async throws {
        let schema = try await dump()
        try sql(
            """
            DROP SCHEMA crossfade CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS "S.1" CASCADE
            """
        )
        try sql(test.schema)
        try sql(try #require(test.plain))
        let (ours, plain) = (Self.comparable(schema), Self.comparable(try await dump()))
        #expect(ours.filter { !plain.contains($0) } == [], "more than a plain migration makes")
        #expect(plain.filter { !ours.contains($0) } == [], "less than a plain migration makes")
        #expect(ours == plain)
    }

    /// Without what a schema made anew differs in, and without the order of columns.
    private static func comparable(_ dump: String) -> [String] {
        dump.split(separator: "\n").filter { !$0.contains("SCHEMA public") && !$0.hasPrefix("--") }
            .map { $0.hasSuffix(",") ? String($0.dropLast()) : String($0) }.sorted()
    }
}
