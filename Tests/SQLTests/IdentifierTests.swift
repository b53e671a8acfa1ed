import Foundation
import SQL
import Testing

@Suite struct IdentifierTests {
    @Test(arguments: [
        ("name", #""name""#),
        ("Order", #""Order""#),
        ("e-mail", #""e-mail""#),
        ("a.b", #""a.b""#),
        (#"say "hi""#, #""say ""hi""""#),
        ("it's", #""it's""#),
        (#"back\slash"#, #""back\slash""#),
        ("🐘", #""🐘""#),
        ("{{table}}", #""{{table}}""#),
    ])
    func `a quoted identifier has every inner quote doubled`(name: String, quoted: String) throws {
        #expect(try Identifier(name).quoted == quoted)
    }

    @Test func `a quote with a combining mark on it is still a quote`() throws {
        // To Swift the pair is one character that is not a quotation mark; to the server the name would end there.
        let quoted = try Identifier("a\"\u{301}; DROP TABLE t --").quoted
        #expect(quoted.unicodeScalars.count { $0 == "\"" } == 4)
        #expect(try Script(parsing: "SELECT \(quoted)").statements.count == 1)
    }

    @Test func `what PostgreSQL could not hold is refused with the reason`() {
        #expect(throws: InvalidName(text: "", reason: .empty)) { try Identifier("") }
        #expect(throws: InvalidName(text: "a\0b", reason: .containsNUL)) { try Identifier("a\0b") }
        let long = String(repeating: "é", count: 32)
        #expect(throws: InvalidName(text: long, reason: .tooLong(bytes: 64))) { try Identifier(long) }
    }

    @Test func `sixty-three bytes are the most a name may have`() throws {
        #expect(try Identifier(String(repeating: "x", count: 63)).name.count == 63)
        #expect(throws: InvalidName.self) { try Identifier(String(repeating: "x", count: 64)) }
    }

    @Test func `two names that only look the same are two names`() throws {
        let (composed, decomposed) = (try Identifier("\u{E9}"), try Identifier("e\u{301}"))
        #expect(composed.name == decomposed.name)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test func `a generated name that fits is its parts joined`() {
        #expect(Identifier(shortening: "crossfade", "sync", "Profile").name == "crossfade_sync_Profile")
    }

    @Test func `a generated name that does not fit keeps its start and ends in a hash of the whole`() {
        let long = String(repeating: "x", count: 60)
        let name = Identifier(shortening: "crossfade", long, "a").name
        #expect(name.utf8.count == 63)
        #expect(name.hasPrefix("crossfade_xxxx"))
        // The digits are a promise: an object of an earlier version is found again by its name.
        #expect(name.suffix(9) == "_174ea891")
        #expect(Identifier(shortening: "crossfade", long, "b").name != name)
    }

    @Test func `shortening never leaves half a character`() {
        let name = Identifier(shortening: ["crossfade", String(repeating: "🐘", count: 20)]).name
        #expect(name.utf8.count <= 63)
        let kept = name.dropFirst("crossfade_".count).dropLast(9)
        #expect(kept == String(repeating: "🐘", count: 11))
    }

    @Test func `a stored identifier is a plain string and is checked when read`() throws {
        let stored = try JSONEncoder().encode([Identifier("e-mail")])
        #expect(String(decoding: stored, as: UTF8.self) == #"["e-mail"]"#)
        #expect(try JSONDecoder().decode([Identifier].self, from: stored).map(\.name) == ["e-mail"])
        #expect(throws: InvalidName.self) { try JSONDecoder().decode([Identifier].self, from: Data(#"[""]"#.utf8)) }
    }
}
