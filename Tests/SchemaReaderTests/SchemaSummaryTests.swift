import Postgres
import Schema
import SchemaReader
import SQL
import TestSupport
import Testing

/// What a person reads of a comparison.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct SchemaSummaryTests {
    @Test func `what belongs to a new table is not listed beside it, and a change of a part is under its table`() throws
    {
        let connection = try ScratchDatabase.current.connect()
        try connection.execute("CREATE SCHEMA s")
        let empty = try SchemaReader.read(connection)
        try connection.execute(
            """
            CREATE TABLE s.a (id bigserial PRIMARY KEY, n int); CREATE INDEX ON s.a (n);
            CREATE TABLE s.b (at date PRIMARY KEY, n int) PARTITION BY RANGE (at); CREATE INDEX ON s.b (n);
            CREATE TABLE s.b1 PARTITION OF s.b FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            """
        )
        let full = try SchemaReader.read(connection)
        #expect(
            SchemaSummary(SchemaDiff(from: empty, to: full)).text
                == "[+] Added tables\n  - \"s\".\"a\"\n  - \"s\".\"b\"\n  - \"s\".\"b1\""
        )
        #expect(
            SchemaSummary(SchemaDiff(from: full, to: empty)).text
                == "[-] Removed tables\n  - \"s\".\"a\"\n  - \"s\".\"b\"\n  - \"s\".\"b1\""
        )
        try connection.execute(
            "ALTER TABLE s.a ADD m serial, ALTER n SET NOT NULL; COMMENT ON TABLE s.b IS 'so'; CREATE INDEX late ON s.a (n DESC)"
        )
        let changed = SchemaSummary(SchemaDiff(from: full, to: try SchemaReader.read(connection))).text
        #expect(
            changed == """
                [*] Changed the table "s"."a"
                  [+] Added sequence "s"."a_m_seq"
                  [+] Added column "m"
                  [*] Changed column "n"
                  [+] Added default of column "m"
                  [+] Added owner of sequence "s"."a_m_seq"
                  [+] Added index "s"."late"

                [*] Changed the table "s"."b" (comment)
                """
        )
        connection.close()
    }
}
