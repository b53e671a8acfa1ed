import Diagnostics
import Foundation
import Postgres
import Schema
import SchemaReader
import Shadow
import SQL
import TestSupport
import Testing
import Workflow

/// Databases in which scripts are run.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct ShadowDatabaseTests {
    private func scripts(_ texts: String...) -> SchemaScripts {
        SchemaScripts(texts.enumerated().map { SourceText(name: "\($0 + 1).sql", text: $1) })
    }

    private var tables: String {
        "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND oid >= 16384"
    }

    private func left(_ database: ScratchDatabase) throws -> String {
        try database.connect().query("SELECT coalesce((\(tables)), '') AS left").only().decode("left")
    }

    @Test func `a named database is emptied before and after`() async throws {
        let database = try ScratchDatabase.current
        let shadow = try await ShadowDatabase.named(database.target, apartFrom: nil)
        let first = try await shadow.schema(
            of: scripts(
                "CREATE TABLE a (id int)",
                "CREATE SCHEMA s; CREATE TABLE s.b (); CREATE PUBLICATION p FOR TABLE a"
            )
        )
        #expect(first.objects(Table.self).map(\.id.quoted) == ["\"public\".\"a\"", "\"s\".\"b\""])
        #expect(try left(database) == "")
        let second = try await shadow.schema(of: scripts("CREATE TABLE a (other text)"))
        #expect(second.objects(Table.self).count == 1)
        #expect(try left(database) == "")
        // What a process that died has left is a shadow's, and is removed by the next one.
        try database.connect().execute("CREATE TABLE public.rest (a int)")
        let again = try await ShadowDatabase.named(database.target, apartFrom: nil)
        _ = try await again.schema(of: scripts("SELECT 1"))
        #expect(try left(database) == "")
        await shadow.close()
    }

    @Test func `a database that holds something is refused, as is the live one`() async throws {
        let database = try ScratchDatabase.current
        let live = await #expect(throws: Failure.self) {
            _ = try await ShadowDatabase.named(database.target, apartFrom: database.target)
        }
        #expect(
            live?.code == .refused && live?.message == "the shadow database is the live database",
            "\(String(describing: live))"
        )
        try database.connect().execute("CREATE TABLE public.precious (a int)")
        let full = await #expect(throws: Failure.self) {
            _ = try await ShadowDatabase.named(database.target, apartFrom: nil)
        }
        #expect(full?.message.contains("public.precious") == true, "\(String(describing: full))")
        #expect(try left(database) == "precious")
    }

    @Test func `a script that fails is shown with its place, and leaves nothing`() async throws {
        let database = try ScratchDatabase.current
        let shadow = try await ShadowDatabase.named(database.target, apartFrom: nil)
        let failure = await #expect(throws: Failure.self) {
            _ = try await shadow.schema(
                of: scripts("CREATE TABLE a (id int);", "-- é\nSELECT 1;\nALTER TABLE a\n  ADD b nothing;\n")
            )
        }
        #expect(
            failure?.message.contains("2.sql:4:9: error: type \"nothing\" does not exist") == true,
            "\(failure?.message ?? "")"
        )
        #expect(failure?.message.contains("ADD b nothing") == true)
        #expect(try left(database) == "")
    }

    @Test func `a server of its own has the roles that a dump names`() async throws {
        let shadow = try await ShadowDatabase.own(beside: nil, environment: ProcessInfo.processInfo.environment)
        let schema = try await shadow.schema(
            of: scripts(
                "CREATE TABLE t (a int); ALTER TABLE t OWNER TO anna; GRANT SELECT ON t TO \"B b\"; CREATE POLICY p ON t TO carla"
            )
        )
        let entry = try #require(
            schema.entries[.table(QualifiedName(schema: try Identifier("public"), name: try Identifier("t")))]
        )
        #expect(entry.owner?.name == "anna")
        await shadow.close()
    }
}
