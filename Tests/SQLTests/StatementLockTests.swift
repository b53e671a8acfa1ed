import SQL
import Testing

/// The table of locks: every row was read from `pg_locks` of PostgreSQL 15 inside a transaction that ran the statement,
/// but for those of `outsideTransactions`, which no transaction can hold (manual, 13.3.1 and the statement's page).
@Suite struct StatementLockTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let sql: String
        let locks: String

        init(_ sql: String, _ locks: String) {
            self.sql = sql
            self.locks = locks
        }

        var testDescription: String { sql }
    }

    @Test(arguments: alterTable + alterOthers)
    func `altering takes the strongest lock of its subcommands`(_ statement: Case) throws {
        try expectLocks(statement)
    }

    @Test(arguments: definitions + descriptions)
    func `a definition locks what it names`(_ statement: Case) throws {
        try expectLocks(statement)
    }

    @Test(arguments: queries + maintenance)
    func `a query locks what it reads, changes or holds rows of`(_ statement: Case) throws {
        try expectLocks(statement)
    }

    @Test(arguments: outsideTransactions)
    func `concurrent forms and VACUUM lock lightly and refuse a transaction`(_ statement: Case) throws {
        try expectLocks(statement)
        #expect(try onlyStatement(of: statement.sql).refusesTransaction)
    }

    @Test(arguments: alterTable + alterOthers + definitions + descriptions + queries + maintenance)
    func `whatever a transaction can hold is not said to refuse one`(_ statement: Case) throws {
        #expect(try !onlyStatement(of: statement.sql).refusesTransaction)
    }

    @Test func `a name keeps its schema, its capitals and its quotes`() throws {
        let statement = try onlyStatement(of: #"DROP TABLE app."Order ""x""", shop.item"#)
        let names = statement.locks.map(\.relation.quoted)
        #expect(names == [#""app"."Order ""x""""#, #""shop"."item""#])
    }

    @Test func `one table under two subcommands has one lock, the stronger`() throws {
        let statement = try onlyStatement(of: "ALTER TABLE t VALIDATE CONSTRAINT c, ALTER a SET STATISTICS 1, DROP b")
        #expect(statement.locks.map(\.mode) == [.accessExclusive])
    }

    @Test func `a new relation is told apart from one in use`() throws {
        let created = try onlyStatement(of: "CREATE TABLE n (id int REFERENCES p)").creates
        #expect(created == [try QualifiedName(parsing: "n")])
        #expect(try onlyStatement(of: "CREATE OR REPLACE VIEW v AS SELECT 1").creates == [])
    }

    private func expectLocks(_ statement: Case) throws {
        let found = try onlyStatement(of: statement.sql).locks
        let spelled = found.map { "\($0.relation) \($0.mode.name)" }.sorted().joined(separator: ", ")
        #expect(spelled == statement.locks)
    }
}

/// The statement of a text that holds exactly one.
func onlyStatement(of sql: String) throws -> Statement {
    let statements = try Script(parsing: sql).statements
    return try #require(statements.count == 1 ? statements.first : nil)
}
