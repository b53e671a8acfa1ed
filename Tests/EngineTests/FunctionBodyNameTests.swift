import TestSupport
import Testing
import Workflow

@testable import Engine

/// A function's text that names the old column keeps contract closed, however the name is spelled there.
@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct FunctionBodyNameTests {
    struct Spelling: Sendable, CustomStringConvertible {
        let column: String
        let body: String
        let isFound: Bool
        var description: String { "\(column) in \(body)" }
    }

    private static let spellings = [
        Spelling(column: "bio", body: #"NEW.bio"#, isFound: true),
        Spelling(column: "bio", body: #"NEW.BIO"#, isFound: true),
        Spelling(column: "bio", body: #"NEW.biology"#, isFound: false),
        Spelling(column: "Bio", body: #"NEW."Bio""#, isFound: true),
        Spelling(column: "Bio", body: #"NEW.bio"#, isFound: false),
        Spelling(column: "(x)", body: #"NEW."(x)""#, isFound: true),
        Spelling(column: "$1", body: #"NEW."$1""#, isFound: true),
        Spelling(column: "tail.", body: #"NEW."tail.""#, isFound: true),
        Spelling(column: "a--b", body: #"NEW."a--b""#, isFound: true),
        Spelling(column: "back\\slash", body: #"NEW."back\slash""#, isFound: true),
        Spelling(column: "qu\"ote", body: #"NEW."qu""ote""#, isFound: true),
        Spelling(column: "\"", body: #"NEW."""""#, isFound: true),
        Spelling(column: "naïve", body: #"NEW."naïve""#, isFound: true),
        Spelling(column: "*", body: #"NEW.note"#, isFound: false),
    ]

    @Test(arguments: spellings)
    func `a trigger's function that names the old column blocks contract`(_ spelling: Spelling) async throws {
        let quoted = "\"\(spelling.column.replacing("\"", with: "\"\""))\""
        let escaped = spelling.column.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let fixture = try Fixture(
            schema: """
                CREATE TABLE t (id int PRIMARY KEY, \(quoted) text, note text, biology text);
                CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS $own$ BEGIN PERFORM \(spelling.body); RETURN NEW; END $own$;
                CREATE TRIGGER own BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION own();
                """,
            plan: Fixture.rename("t", "\"\(escaped)\"", "renamed")
        )
        let found = try await fixture.engine().check().contains { $0.id == "function-bodies" }
        #expect(found == spelling.isFound)
    }
}
