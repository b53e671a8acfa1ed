import Foundation
import Postgres
import SQL
import Testing
import TestSupport

@Suite(.scratchDatabase) struct QueryTests {
    static let awkward = [
        "", "plain", "it's", "\"quoted\"", #"back\slash"#, #"\x41"#, "$1", "%s;--", "NULL", "{a,b}",
        "tab\tand\nlines\r\n",
        "grüße", "日本語", "👩‍👩‍👧‍👦", "e\u{301}", "\u{301}x",
    ]

    // MARK: - Parameters

    @Test(arguments: awkward)
    func `text comes back as it was sent`(text: String) throws {
        let row = try ScratchDatabase.current.connect().query("SELECT $1::text AS value", [text]).only()
        let value: String = try row.decode("value")
        // Canonically equivalent strings are equal in Swift; their bytes tell.
        #expect(Array(value.utf8) == Array(text.utf8))
    }

    @Test func `arrays come back as they were sent`() throws {
        let connection = try ScratchDatabase.current.connect()
        let row = try connection.query(
            "SELECT $1::text[] AS texts, $2::int[] AS numbers, '{}'::text[] AS none",
            [Self.awkward, [1, -2, 3]]
        ).only()
        #expect(try row.decode("texts", as: [String].self) == Self.awkward)
        #expect(try row.decode("numbers", as: [Int].self) == [1, -2, 3])
        #expect(try row.decode("none", as: [String].self) == [])
    }

    @Test func `nil is NULL, and not the text NULL`() throws {
        let connection = try ScratchDatabase.current.connect()
        let row = try connection.query("SELECT $1::text IS NULL AS a, $2::text IS NULL AS b", [nil, "NULL"]).only()
        #expect(try row.decode("a", as: Bool.self))
        #expect(try !row.decode("b", as: Bool.self))
    }

    @Test func `every type of parameter comes back as it was sent`() throws {
        let connection = try ScratchDatabase.current.connect()
        let date = Date(timeIntervalSince1970: 1_767_355_200.123456)
        let uuid = UUID()
        let name = try Identifier("e-mail")
        let row = try connection.query(
            """
            SELECT $1::bigint AS int, $2::oid AS oid, $3::boolean AS yes, $4::boolean AS no, $5::float8 AS double,
                   $6::uuid AS uuid, $7::name AS name, $8::timestamptz AS date, $9::interval AS interval
            """,
            [Int64.min, UInt32.max, true, false, 0.1 + 0.2, uuid, name, date, Duration.milliseconds(90_061_500)]
        ).only()
        #expect(try row.decode("int", as: Int64.self) == .min)
        #expect(try row.decode("oid", as: UInt32.self) == .max)
        #expect(try row.decode("yes", as: Bool.self))
        #expect(try !row.decode("no", as: Bool.self))
        #expect(try row.decode("double", as: Double.self) == 0.1 + 0.2)
        #expect(try row.decode("uuid", as: UUID.self) == uuid)
        #expect(try row.decode("name", as: Identifier.self) == name)
        #expect(abs(try row.decode("date", as: Date.self).timeIntervalSince(date)) < 1e-6)
        #expect(try row.decode("interval", as: String.self) == "25:01:01.5")
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0])
    func `special numbers come back as they were sent`(number: Double) throws {
        let row = try ScratchDatabase.current.connect().query("SELECT $1::float8 AS n", [number]).only()
        let value: Double = try row.decode("n")
        #expect(value.isNaN && number.isNaN || value.bitPattern == number.bitPattern)
    }

    @Test func `the server's dates and ours agree over the whole calendar`() throws {
        let connection = try ScratchDatabase.current.connect()
        let rows = try connection.query(
            """
            SELECT day, extract(epoch FROM day)::float8 AS epoch
            FROM generate_series('4700-01-01 BC'::timestamptz, '9999-12-31', '997 days 7 hours 11 minutes 0.25 seconds') AS day
            """
        )
        #expect(rows.count > 5000)
        let dates = try rows.map { try $0.decode("day", as: Date.self) }
        let seconds = try rows.map { try $0.decode("epoch", as: Double.self) }
        #expect(dates.map(\.timeIntervalSince1970) == seconds)
        let misunderstood = try connection.query(
            """
            SELECT day FROM unnest($1::timestamptz[], $2::float8[]) AS sent(day, epoch)
            WHERE extract(epoch FROM day)::float8 <> epoch
            """,
            [dates, seconds]
        )
        #expect(misunderstood.isEmpty)
    }

    @Test func `a NUL is refused before anything is sent`() throws {
        let connection = try ScratchDatabase.current.connect()
        #expect(throws: PostgresError.usage("parameter $2 contains a NUL character")) {
            try connection.query("SELECT $1::text, $2::text", ["a", "b\0c"])
        }
        #expect(throws: PostgresError.usage("the statement contains a NUL character")) {
            try connection.query("SELECT 1\0; SELECT 2")
        }
        #expect(throws: PostgresError.usage("the script contains a NUL character")) {
            try connection.execute("SELECT 1\0; SELECT 2")
        }
        #expect(connection.isUsable)
    }

    // MARK: - Results

    @Test func `a query takes one statement, and not none`() throws {
        let connection = try ScratchDatabase.current.connect()
        let error = #expect(throws: PostgresError.self) { try connection.query("SELECT 1; SELECT 2") }
        #expect(error?.sqlState == .syntaxError)
        #expect(throws: PostgresError.usage("the statement is empty")) { try connection.query(" -- nothing") }
        #expect(connection.isUsable)
    }

    @Test func `rows are a collection, and count what was touched`() throws {
        let connection = try ScratchDatabase.current.connect()
        let rows = try connection.query("SELECT i AS n, nullif(i, 2) AS m FROM generate_series(1, 3) AS i")
        #expect(rows.columnNames == ["n", "m"])
        #expect(try rows.map { try $0.decode("n", as: Int.self) } == [1, 2, 3])
        #expect(try rows.map { try $0.decodeIfPresent("m", as: Int.self) } == [1, nil, 3])
        #expect(try rows[1].decode(at: 0, as: Int.self) == 2)
        #expect(rows.affected == 3)
        try connection.execute("CREATE TABLE public.t AS SELECT 1 AS a FROM generate_series(1, 5)")
        #expect(try connection.query("UPDATE public.t SET a = $1", [2]).affected == 5)
        #expect(try connection.query("SELECT FROM public.t").count == 5)
    }

    @Test func `what a row does not hold is named`() throws {
        let connection = try ScratchDatabase.current.connect()
        let row = try connection.query("SELECT NULL AS n, 'x' AS t, 1 AS twice, 2 AS twice").only()
        #expect(
            try failure(of: { try row.decode("n", as: Int.self) })
                == .decoding("column 'n' is NULL where Int is expected")
        )
        #expect(
            try failure(of: { try row.decode("t", as: Int.self) })
                == .decoding("column 't' does not hold a text of type Int")
        )
        #expect(
            try failure(of: { try row.decode("twice", as: Int.self) })
                == .decoding("the result has several columns 'twice'")
        )
        let unknown = try failure(of: { try row.decode("other", as: Int.self) })
        #expect(unknown == .decoding("the result has no column 'other', only 'n', 't', 'twice', 'twice'"))
        #expect(
            try failure(of: { try row.decode(at: 4, as: Int.self) })
                == .decoding("the result has 4 columns, not one at 4")
        )
        #expect(throws: PostgresError.decoding("expected one row, got 2")) {
            try connection.query("VALUES (1), (2)").only()
        }
    }
}
