/// The name of a relation, with its schema or to be found on the search path.
package struct QualifiedName: Spelled, CustomStringConvertible {
    /// The schema, or nil where the name is left to the search path.
    package let schema: Identifier?

    /// The relation's own name.
    package let name: Identifier

    /// A name from its parts.
    package init(schema: Identifier?, name: Identifier) {
        self.schema = schema
        self.name = name
    }

    /// Reads a plan's spelling: `Profile`, `app.Profile`, `"a.b"."c"`; parts are taken literally, never folded.
    package init(parsing text: String) throws(InvalidName) {
        var rest = text.unicodeScalars[...]
        let first = try Self.part(of: text, from: &rest)
        guard rest.first == "." else {
            guard rest.isEmpty else { throw InvalidName(text: text, reason: .malformed) }
            self.init(schema: nil, name: first)
            return
        }
        rest.removeFirst()
        let second = try Self.part(of: text, from: &rest)
        guard rest.isEmpty else { throw InvalidName(text: text, reason: .malformed) }
        self.init(schema: first, name: second)
    }

    /// Both parts in quotes, for use in SQL: `"app"."Profile"`.
    package var quoted: String {
        guard let schema else { return name.quoted }
        return schema.quoted + "." + name.quoted
    }

    package var spelling: String { description }

    /// The plan's spelling, with quotes only where a part has a dot or a quote in it.
    package var description: String {
        guard let schema else { return Self.spelling(of: name) }
        return Self.spelling(of: schema) + "." + Self.spelling(of: name)
    }

    package init(spelling: String) throws(InvalidName) {
        try self.init(parsing: spelling)
    }

    private static func spelling(of part: Identifier) -> String {
        part.name.unicodeScalars.contains { $0 == "." || $0 == "\"" } ? part.quoted : part.name
    }

    /// Takes one part off the front: up to the next dot, or all of a quoted part.
    private static func part(
        of text: String,
        from rest: inout Substring.UnicodeScalarView
    ) throws(InvalidName) -> Identifier {
        if rest.first == "\"" {
            return try Identifier(quotedPart(of: text, from: &rest))
        }
        let end = rest.firstIndex(of: ".") ?? rest.endIndex
        let part = rest[..<end]
        if part.contains("\"") { throw InvalidName(text: text, reason: .malformed) }
        rest = rest[end...]
        return try Identifier(String(part))
    }

    private static func quotedPart(
        of text: String,
        from rest: inout Substring.UnicodeScalarView
    ) throws(InvalidName) -> String {
        var part = String.UnicodeScalarView()
        rest.removeFirst()
        while let scalar = rest.popFirst() {
            if scalar == "\"" {
                guard rest.first == "\"" else { return String(part) }
                rest.removeFirst()
            }
            part.append(scalar)
        }
        throw InvalidName(text: text, reason: .malformed)
    }
}
