import Foundation
import SQL
import Testing

@Suite struct QualifiedNameTests {
    @Test(arguments: [
        ("Profile", #""Profile""#),
        ("app.Profile", #""app"."Profile""#),
        (#""a.b"."c""#, #""a.b"."c""#),
        (#"app."say ""hi""""#, #""app"."say ""hi""""#),
        (#""a.b""#, #""a.b""#),
        ("my table", #""my table""#),
        ("schéma.🐘", #""schéma"."🐘""#),
    ])
    func `a plan's spelling is read literally`(text: String, quoted: String) throws {
        #expect(try QualifiedName(parsing: text).quoted == quoted)
    }

    @Test(arguments: ["a.b.c", #"a"b"#, #""a"b"#, #""a"#, #""a".b.c"#, #""a"""#])
    func `what is not one or two parts is malformed`(text: String) {
        #expect(throws: InvalidName(text: text, reason: .malformed)) { try QualifiedName(parsing: text) }
    }

    @Test(arguments: ["", ".", "a.", ".a", #""""#, #"a."""#])
    func `a part may not be empty`(text: String) {
        #expect(throws: InvalidName(text: "", reason: .empty)) { try QualifiedName(parsing: text) }
    }

    @Test func `a part that is too long is named on its own`() {
        let long = String(repeating: "x", count: 64)
        #expect(throws: InvalidName(text: long, reason: .tooLong(bytes: 64))) {
            try QualifiedName(parsing: "app." + long)
        }
    }

    @Test(arguments: ["Profile", "app.Profile", "a.b", "a", #"x"y"#, "café"], ["t", "a.b", #"q""q"#])
    func `the description reads back into the same name`(schema: String, name: String) throws {
        let full = QualifiedName(schema: try Identifier(schema), name: try Identifier(name))
        let bare = QualifiedName(schema: nil, name: try Identifier(name))
        #expect(try QualifiedName(parsing: full.description) == full)
        #expect(try QualifiedName(parsing: bare.description) == bare)
        let stored = try JSONEncoder().encode([full, bare])
        #expect(try JSONDecoder().decode([QualifiedName].self, from: stored) == [full, bare])
    }

    @Test func `quotes are written only where they are needed`() throws {
        let name = QualifiedName(schema: try Identifier("app"), name: try Identifier("Order Line"))
        #expect(name.description == "app.Order Line")
        #expect(QualifiedName(schema: nil, name: try Identifier("a.b")).description == #""a.b""#)
    }
}
