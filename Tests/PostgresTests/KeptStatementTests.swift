import Testing
import TestSupport

@testable import Postgres

/// Statements that a session runs again and again.
@Suite(.scratchDatabase) struct KeptStatementTests {
    private static let reading = "SELECT c.relname || $2 AS name FROM pg_class c WHERE c.oid = $1"

    private func read(_ table: String, _ connection: Connection) throws -> String {
        let oid: UInt32 = try connection.query("SELECT $1::regclass::oid", [table]).only().decode(at: 0)
        return try connection.queryKept(Self.reading, [oid, "!"]).only().decode("name")
    }

    @Test func `each time it reads what its parameters say`() throws {
        let connection = try ScratchDatabase.current.connect()
        for table in ["pg_class", "pg_proc", "pg_type", "pg_proc"] {
            #expect(try read(table, connection) == table + "!")
        }
        let kept = "SELECT statement FROM pg_prepared_statements"
        #expect(try connection.query(kept).map { try $0.decode(at: 0, as: String.self) } == [Self.reading])
    }

    @Test func `one that comes again is planned once, and only inside the block`() throws {
        let connection = try ScratchDatabase.current.connect()
        let plans = "SELECT generic_plans || ' generic, ' || custom_plans FROM pg_prepared_statements"
        try connection.keepingPlans { for _ in 1...4 { _ = try read("pg_class", connection) } }
        #expect(try connection.query(plans).only().decode(at: 0, as: String.self) == "3 generic, 0")
        _ = try read("pg_class", connection)
        #expect(try connection.query(plans).only().decode(at: 0, as: String.self) == "3 generic, 1")
    }

    @Test func `an error in the block leaves the session as it was, inside a transaction and outside`() throws {
        let connection = try ScratchDatabase.current.connect()
        func mode() throws -> String { try connection.query("SHOW plan_cache_mode").only().decode(at: 0) }
        func fail(_ connection: Connection) throws {
            try connection.keepingPlans {
                #expect(try mode() == "force_generic_plan")
                _ = try connection.query("SELECT 1 / 0")
            }
        }
        #expect(throws: PostgresError.self) { try fail(connection) }
        #expect(try mode() == "auto")
        #expect(throws: PostgresError.self) { try connection.transaction { try fail($0) } }
        #expect(try mode() == "auto")
        #expect(connection.isUsable)
    }

    @Test func `it is known by its name after the transaction in which it came again was taken back`() throws {
        let connection = try ScratchDatabase.current.connect()
        #expect(throws: PostgresError.self) {
            try connection.transaction { connection in
                for _ in 1...3 { _ = try read("pg_class", connection) }
                _ = try connection.query("SELECT 1 / 0")
            }
        }
        #expect(try read("pg_proc", connection) == "pg_proc!")
    }
}
