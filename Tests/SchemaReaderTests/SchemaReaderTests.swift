import Postgres
import SQL
import Schema
import SchemaReader
import Testing
import TestSupport

@Suite(.scratchDatabase) struct SchemaReaderTests {
    private let connection: Connection

    init() throws {
        connection = try ScratchDatabase.current.connect()
    }

    /// What is there now.
    private func read() throws -> DatabaseSchema { try SchemaReader.read(connection) }

    /// Runs the script from what is there to another schema.
    private func change(to wanted: DatabaseSchema) throws {
        let script = try SchemaScript(SchemaDiff(from: read(), to: wanted))
        for step in script.apart { try connection.execute(step.text) }
        try connection.transaction { connection in
            for statement in SchemaScript.settings + script.steps.map(\.text) { try connection.execute(statement) }
        }
    }

    /// The changes that are left, for a message that says them.
    private func rest(to wanted: DatabaseSchema) throws -> [String] {
        let diff = try SchemaDiff(from: read(), to: wanted, comparingOwners: true)
        return (diff.changes.keys.map(\.description) + diff.remarks.map(\.description)).sorted()
    }

    @Test func `every kind of object is read, changed, removed and made again`() throws {
        let empty = try read()
        try connection.execute(SchemaFixture.every)
        let every = try read()
        try connection.execute(SchemaFixture.changes)
        let changed = try read()
        #expect(try rest(to: every).count > 30)

        for wanted in [every, changed, empty, every, empty, changed] {
            try change(to: wanted)
            #expect(try rest(to: wanted) == [])
        }
    }

    @Test func `what is not modelled is counted`() throws {
        try connection.execute(
            """
            CREATE FUNCTION public.same(integer, integer) RETURNS boolean LANGUAGE sql AS 'SELECT $1 = $2';
            CREATE OPERATOR public.=== (FUNCTION = public.same, LEFTARG = integer, RIGHTARG = integer);
            CREATE COLLATION public.german (provider = libc, locale = 'C');
            """
        )
        #expect(try read().notCompared == ["operator": 1, "collation": 1])
    }

    @Test func `a schema that is left out is as if it were not there`() throws {
        let before = try read()
        try connection.execute("CREATE SCHEMA other; CREATE TABLE other.t (id serial PRIMARY KEY)")
        let after = try SchemaReader.read(connection, excluding: [Identifier("other")])
        #expect(SchemaDiff(from: before, to: after).isEmpty)
        #expect(try !rest(to: before).isEmpty)
    }

    @Test(.asSuperuser("SET ROLE to a role that may do nothing"))
    func `a role without any right reads the same, and writes nothing`() throws {
        try connection.execute("CREATE SCHEMA app; CREATE TABLE app.t (id serial PRIMARY KEY, a text DEFAULT 'x')")
        let owner = try read()
        try connection.execute("SET ROLE pg_signal_backend; SET default_transaction_read_only = on")
        let other = try read()
        #expect(SchemaDiff(from: owner, to: other, comparingOwners: true).isEmpty)
        #expect(other.entries.count == owner.entries.count)
    }
}
