import Postgres
import Schema
import SchemaReader
import SQL
import TestSupport
import Testing

/// Schemas made by chance and changed: the script from one to the other leaves nothing to be done, there and back.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct RandomSchemaTests {
    /// The seeds of a case are those of ten schemas.
    static let tens = 0..<(TestTier.isExhaustive ? 50 : 4)

    @Test(arguments: tens)
    func `the script leads from one to the other, there and back`(_ ten: Int) throws {
        for seed in (ten * 10)..<(ten * 10 + 10) {
            let old = RandomSchema(seed: UInt64(seed))
            let new = old.mutated()
            for (from, to, direction) in [(old, new, "there"), (new, old, "back")] {
                try expectScript(from.sql, to.sql, "seed \(seed), \(direction)")
            }
        }
    }

    private func expectScript(_ from: String, _ to: String, _ what: String) throws {
        let connection = try ScratchDatabase.current.connect()
        func read(_ sql: String) throws -> DatabaseSchema {
            try make(sql, on: connection)
            return try SchemaReader.read(connection)
        }
        do {
            let wanted = try read(to)
            let before = try read(from)
            let script = SchemaScript(SchemaDiff(from: before, to: wanted))
            for step in script.apart { try connection.execute(step.text) }
            if !script.steps.isEmpty {
                try connection.execute(
                    "BEGIN; " + (SchemaScript.settings + script.steps.map(\.text)).joined(separator: ";\n") + "; COMMIT"
                )
            }
            let rest = SchemaDiff(from: try SchemaReader.read(connection), to: wanted)
            #expect(rest.isEmpty, "\(what): \(SchemaSummary(rest).text)\n\(script.text)")
            let again = SchemaScript(rest)
            #expect(again.isEmpty, "\(what): \(again.text)")
        } catch {
            Issue.record("\(what): \(error)\nfrom:\n\(from)\nto:\n\(to)")
        }
        connection.close()
    }

    private func make(_ sql: String, on connection: Connection) throws {
        try connection.execute("DROP SCHEMA IF EXISTS s CASCADE; SET search_path = pg_catalog")
        try connection.execute(sql)
    }
}
