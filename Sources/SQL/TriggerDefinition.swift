/// A trigger as `pg_get_triggerdef` writes it, with the arguments that it hands to its function.
package struct TriggerDefinition: Sendable, Hashable {
    package let text: ServerText
    /// What the function finds in TG_ARGV.
    package let arguments: [String]
    /// The bytes of `text` that each argument's literal covers.
    private let places: [Range<Int>]

    /// Reads the server's text.
    ///
    /// - Throws: SyntaxError where it is no trigger that this grammar knows.
    package init(parsing text: ServerText) throws(SyntaxError) {
        guard let body = try PGQuery.parse(text.text).list("stmts").first?["stmt"]?["CreateTrigStmt"] else {
            throw text.text.syntaxError("this is no CREATE TRIGGER")
        }
        self.text = text
        arguments = body.list("args").compactMap(\.string)
        // The grammar gives them no place: they are all between the last parentheses.
        let tokens = try PGQuery.scan(text.text)
        let start = tokens.lastIndex { $0.kind == Int(UInt8(ascii: "(")) } ?? tokens.endIndex
        places = tokens[start...].dropFirst().dropLast().filter { $0.kind != Int(UInt8(ascii: ",")) }.map(\.range)
        guard places.count == arguments.count else { throw text.text.syntaxError("the arguments cannot be told apart") }
    }

    /// The definition with one argument instead of another, wherever that is all of an argument.
    package func replacing(_ argument: Identifier, by other: Identifier) -> ServerText {
        guard let literal = try? Literal(other.name) else { return text }
        var bytes = Array(text.text.utf8)
        for (place, value) in zip(places, arguments).reversed() where value.utf8.elementsEqual(argument.name.utf8) {
            bytes.replaceSubrange(place, with: literal.quoted.utf8)
        }
        return ServerText(String(decoding: bytes, as: UTF8.self))
    }

    /// The definition as a statement that puts the trigger in its own place.
    package static func inPlace(_ definition: ServerText) -> ServerText {
        let create = "CREATE TRIGGER "
        guard definition.text.hasPrefix(create) else { return definition }
        return ServerText("CREATE OR REPLACE TRIGGER " + definition.text.dropFirst(create.count))
    }
}
