import Foundation
import Postgres
import TestSupport
import Testing
import Workflow

@testable import Engine

/// Databases whose encoding is not UTF-8.
@Suite(.scratchDatabase, .timeLimit(.minutes(60)))
struct EncodingTests {
    /// The parts of the program whose texts reach the server, in statements or in the ledger.
    static let speaking = ["Templates", "Sources/Engine", "Sources/Workflow", "Sources/SQL", "Sources/Postgres"]

    @Test(arguments: speaking)
    func `all that is sent to the server is ASCII but for the names and texts of a plan`(_ folder: String) throws {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized.appending(path: folder)
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        var read = 0
        for case let file as URL in files where ["swift", "mustache", "sql"].contains(file.pathExtension) {
            read += 1
            let lines = try Data(contentsOf: file).split(
                separator: UInt8(ascii: "\n"),
                omittingEmptySubsequences: false
            )
            for (number, line) in lines.enumerated() where line.contains(where: { $0 > 0x7F }) {
                Issue.record("\(file.lastPathComponent):\(number + 1) has a byte above 127")
            }
        }
        #expect(read > 10)
    }

    /// A name, a default, a value and a condition in letters of each encoding.
    static let letters = [
        ("LATIN1", "Stra\u{DF}e"), ("LATIN2", "\u{142}\u{105}ka"), ("LATIN9", "\u{20AC}uro"),
        ("WIN1251", "\u{418}\u{43C}\u{44F}"),
        ("EUC_JP", "\u{540D}\u{524D}"), ("SQL_ASCII", "\u{540D}\u{524D}"),
    ]

    @Test(arguments: letters)
    func `names and values are kept in letters of the encoding`(_ encoding: String, _ word: String) async throws {
        try await ScratchDatabase.encoded(in: encoding) {
            let fixture = try Fixture(
                schema: """
                    CREATE TABLE "\(word)" (id int PRIMARY KEY, "\(word)" text NOT NULL DEFAULT '\(word)' CHECK ("\(word)" <> 'not \(word)'));
                    INSERT INTO "\(word)" SELECT n, '\(word) ' || n FROM generate_series(1, 40) n;
                    """,
                plan: Fixture.rename("\(word)", word, "\(word)_2", retain: "7d")
            )
            let before = try await fixture.dump()
            let content = try fixture.database.content()
            try await fixture.advance(through: .contract)
            try fixture.sql(#"INSERT INTO "\#(word)" VALUES (41)"#)
            #expect(
                try fixture.value(#"SELECT "\#(word)_2" FROM "\#(word)" WHERE id = 41"#, as: String.self) == word
            )
            try fixture.sql(#"DELETE FROM "\#(word)" WHERE id = 41"#)
            #expect(try await fixture.engine().history().contains { $0.message.contains(word) })
            try await fixture.rollBack()
            #expect(try await fixture.dump() == before)
            #expect(try fixture.database.content() == content)
        }
    }

    @Test func `a name that the encoding does not have is refused at once`() async throws {
        try await ScratchDatabase.encoded(in: "LATIN1") {
            let fixture = try Fixture(
                schema: "CREATE TABLE t (id int PRIMARY KEY, bio text)",
                plan: Fixture.rename("t", "bio", "\u{540D}\u{524D}")
            )
            let failure = try await #require(throws: Failure.self) { try await fixture.engine().check() }
            #expect(failure.code == .refused)
            #expect(failure.message.contains("the database's encoding cannot hold what was sent"))
        }
    }

    @Test func `a message in letters that the encoding does not have is recorded with their numbers`() async throws {
        try await ScratchDatabase.encoded(in: "LATIN1") {
            let fixture = try Fixture(
                schema: "CREATE TABLE t (id int PRIMARY KEY, bio text)",
                plan: Fixture.rename("t", "bio", "life")
            )
            try await fixture.advance(through: .expand)
            let connection = try fixture.database.connect()
            let actor = Actor(user: "anna", host: "test", pid: 1)
            try connection.transaction { connection in
                let event = LedgerEvent("hook failed", "\u{E9}t\u{E9} \u{2713} ok")
                try Ledger(connection).append(event, run: nil, plan: "rename", by: actor)
            }
            #expect(try await fixture.engine().history().last?.message == "\u{E9}t\u{E9} \\u{2713} ok")
        }
    }

    @Test func `bytes that are not UTF-8 stay as they are in rows, and are refused in the table's definition`()
        async throws
    {
        try await ScratchDatabase.encoded(in: "SQL_ASCII") {
            let fixture = try Fixture(
                schema: #"""
                    CREATE TABLE t (id int PRIMARY KEY, bio text);
                    SET client_encoding = SQL_ASCII;
                    INSERT INTO t VALUES (1, E'caf\351'), (2, E'\377\376');
                    """#,
                plan: Fixture.rename("t", "bio", "life", retain: "7d")
            )
            let content = "SELECT string_agg(encode(%::bytea, 'hex'), ' ' ORDER BY id) FROM t"
            let before: String = try fixture.value(content.replacing("%", with: "bio"))
            try await fixture.advance(through: .contract)
            #expect(try fixture.value(content.replacing("%", with: "life"), as: String.self) == before)
            try await fixture.rollBack()

            try fixture.sql(#"SET client_encoding = SQL_ASCII; ALTER TABLE t ALTER COLUMN bio SET DEFAULT E'caf\351'"#)
            let failure = try await #require(throws: Failure.self) { try await fixture.engine().check() }
            #expect(failure.code == .closed)
            #expect(failure.message.contains("holds text that is not UTF-8, and has the encoding SQL_ASCII"))
        }
    }
}

/// Every kind in a database whose encoding is not UTF-8.
@Suite(.load(.ordinary), .timeLimit(.minutes(60)))
struct KindEncodingTests {
    static let kinds = KindRecording.cases.filter { $0.kind != "custom" }

    @Test(arguments: kinds)
    func `a change of every kind is made and taken back in a LATIN1 database`(_ test: KindCase) async throws {
        let recording = try await KindRecording.of(test)
        #expect(recording.encoding == "LATIN1")
        #expect(recording.findings.allSatisfy { $0.weight != .refused })
        #expect(recording.schema.rolledBack == recording.schema.first)
        #expect(recording.again == .done, "\(String(describing: recording.again))")
    }
}
