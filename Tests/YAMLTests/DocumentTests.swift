import Diagnostics
import Testing
import YAML

@Suite struct DocumentTests {
    private func root(_ text: String) throws -> Node {
        try #require(Document(parsing: SourceText(name: "a.yaml", text: text)).root)
    }

    private func value(_ text: String) throws -> Node {
        guard case .mapping(let entries) = try root(text).content else { throw Diagnostics() }
        return try #require(entries.first).value
    }

    private func scalar(_ text: String) throws -> Scalar {
        guard case .scalar(let scalar) = try value(text).content else { throw Diagnostics() }
        return scalar
    }

    private func place(_ range: SourceRange) -> String {
        "\(range.start.line):\(range.start.column)-\(range.end.line):\(range.end.column)"
    }

    @Test(arguments: [
        ("a: no", "no", Scalar.Style.plain),
        ("a: 'it''s'", "it's", .singleQuoted),
        ("a: \"x\\ty\"", "x\ty", .doubleQuoted),
        ("a: |\n  x\n    y\n", "x\n  y\n", .literal),
        ("a: >\n  x\n  y\n", "x y\n", .folded),
        ("a:", "", .plain),
        ("a: ''", "", .singleQuoted),
    ])
    func `a text is what is meant, and knows how it was written`(yaml: String, text: String, style: Scalar.Style) throws
    {
        let scalar = try scalar(yaml)
        #expect(scalar.text == text)
        #expect(scalar.style == style)
        #expect(scalar.isMissing == (yaml == "a:"))
    }

    @Test(arguments: [
        ("a: x y # z", true), ("a: x#y", false), ("a: 'x' # z", false), ("a: [x] # z", false), ("a: x\n# z", false),
    ])
    func `a plain text knows of a comment behind it`(yaml: String, expected: Bool) throws {
        let node = try value(yaml)
        guard case .scalar(let scalar) = node.content else {
            #expect(yaml.contains("["))
            return
        }
        #expect(scalar.isFollowedByComment == expected)
    }

    @Test(arguments: [
        ("a: 'b c' # d", "1:4-1:9"),
        ("名前: 'é🇩🇪'", "1:5-1:9"),
        ("a: [1,\n  2]  # x\n\nb: 1", "1:4-2:5"),
        // A block ends with its last child, not where the next key begins.
        ("a:\n  b: 1\n  c: 22\n\n# comment\n\nd: 1\n", "2:3-3:8"),
        ("a:\n  - 1\n  - x: y\n\nb: 1\n", "2:3-3:9"),
    ])
    func `a value knows where it stands`(yaml: String, range: String) throws {
        #expect(place(try value(yaml).range) == range)
    }

    @Test func `the order of keys is kept, and of a key written twice the first holds`() throws {
        guard case .mapping(let entries) = try root("z: 1\na: 2\nz: 3\n").content else { throw Diagnostics() }
        #expect(entries.map(\.key) == ["z", "a"])
        #expect(place(entries[0].value.range) == "1:4-1:5")
    }

    @Test(arguments: [
        ("a: SELECT x", 7, "1:11"),
        ("a: 'SELECT x'", 7, "1:12"),
        ("a: |\n    SELECT\n      x FROM\n", 9, "3:7"),
        ("a: |\n    SELECT\n", 7, "2:11"),
    ])
    func `a character of a text is found in the source`(yaml: String, offset: Int, place: String) throws {
        let range = try #require(value(yaml).range(ofCharacter: offset))
        #expect("\(range.start.line):\(range.start.column)" == place)
    }

    @Test(arguments: ["a: 'it''s'", "a: \"\\x41 b\"", "a: x\n  y", "a: >\n  x\n  y\n", "a: [1]"])
    func `where the source differs from the text no character is pointed at`(yaml: String) throws {
        #expect(try value(yaml).range(ofCharacter: 1) == nil)
    }

    @Test func `Windows line ends and a byte-order mark change no place`() throws {
        let node = try value("\u{FEFF}a:\r\n  b: 1\r\n")
        #expect(place(node.range) == "2:3-2:7")
    }
}
