/// A name as a text holds it, `title`, `article.title` or `"App"."Article".title`: what an argument of a trigger may name.
struct NamePath: Hashable, Sendable {
    struct Part: Hashable, Sendable {
        let text: String
        let isQuoted: Bool

        /// Whether it is the name as written, or as the server would fold it.
        func denotes(_ name: Identifier) -> Bool {
            text.utf8.elementsEqual(name.name.utf8) || (!isQuoted && text.lowercased() == name.name)
        }
    }

    let parts: [Part]

    /// All names of a text, whatever stands between them.
    static func all(in text: String) -> [NamePath] {
        var paths: [NamePath] = []
        var parts: [Part] = []
        var rest = text.unicodeScalars[...]
        while let first = rest.first {
            if let part = part(from: &rest) {
                parts.append(part)
                if rest.first == ".", rest.dropFirst().first.map(begins) == true {
                    rest.removeFirst()
                    continue
                }
                paths.append(NamePath(parts: parts))
                parts = []
            } else if rest.first == first {
                rest.removeFirst()
            }
        }
        return paths
    }

    private static func part(from rest: inout Substring.UnicodeScalarView) -> Part? {
        if rest.first == "\"" {
            var text = ""
            var tail = rest.dropFirst()
            while let quote = tail.firstIndex(of: "\"") {
                text += String(tail[..<quote])
                tail = tail[tail.index(after: quote)...]
                guard tail.first == "\"" else {
                    rest = tail
                    return text.isEmpty ? nil : Part(text: text, isQuoted: true)
                }
                text += "\""
                tail = tail.dropFirst()
            }
            return nil
        }
        let end = rest.firstIndex { !continues($0) } ?? rest.endIndex
        guard end > rest.startIndex else { return nil }
        defer { rest = rest[end...] }
        return Part(text: String(rest[..<end]), isQuoted: false)
    }

    private static func begins(_ scalar: Unicode.Scalar) -> Bool { scalar == "\"" || continues(scalar) }

    private static func continues(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x80 || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_"
            || scalar == "$"
    }
}

extension NamedShape {
    /// Whether a text, such as an argument of a trigger, has a name of the shape in it.
    ///
    /// A column may stand alone only where `isOnTable`: the text belongs to the table itself. For a table as a whole `columns`
    /// are what may follow its name after a dot.
    package func isMentioned(in text: String, isOnTable: Bool, tableColumns: [Identifier] = []) -> Bool {
        NamePath.all(in: text).contains { path in
            let parts = path.parts
            guard let last = parts.last else { return false }
            if columns.isEmpty {
                if last.denotes(table.name), isQualified(parts.dropLast()) { return true }
                return parts.count > 1 && tableColumns.contains(where: last.denotes)
                    && parts[parts.count - 2].denotes(table.name) && isQualified(parts.dropLast(2))
            }
            guard columns.contains(where: last.denotes) else { return false }
            if parts.count == 1 { return isOnTable }
            return parts[parts.count - 2].denotes(table.name) && isQualified(parts.dropLast(2))
        }
    }

    /// Whether an argument is a column's name where another of the same trigger is the table's, as triggers that act like
    /// foreign keys have them.
    package func isMentioned(in argument: String, besides arguments: [String]) -> Bool {
        guard columns.contains(where: { $0.name.utf8.elementsEqual(argument.utf8) }) else { return false }
        let whole = NamedShape(table: table, columns: [])
        return arguments.contains { whole.isMentioned(in: $0, isOnTable: false) }
    }

    private func isQualified(_ parts: ArraySlice<NamePath.Part>) -> Bool {
        guard let part = parts.last else { return true }
        return parts.count == 1 && (table.schema.map(part.denotes) ?? true)
    }
}
