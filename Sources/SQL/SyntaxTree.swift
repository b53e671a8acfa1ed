/// A value of PostgreSQL's parse tree: fields that are zero, false or empty are absent.
indirect enum SyntaxTree: Sendable, Hashable {
    case object([String: SyntaxTree])
    case list([SyntaxTree])
    case text(String)
    case number(Int)
    case flag(Bool)
    case null

    /// A field of an object; nil for an absent one.
    subscript(_ field: String) -> SyntaxTree? {
        guard case .object(let fields) = self else { return nil }
        return fields[field]
    }

    /// The items of a list.
    var items: [SyntaxTree] {
        guard case .list(let items) = self else { return [] }
        return items
    }

    /// The text, also that of a `String` node.
    var string: String? {
        if case .text(let text) = self { return text }
        return self["String"]?["sval"]?.string
    }

    /// The node kind and body of `{"SelectStmt": {...}}`, the form of every node that may be one of several kinds.
    var node: (kind: String, body: SyntaxTree)? {
        guard case .object(let fields) = self, fields.count == 1, let (kind, body) = fields.first,
            kind.first?.isUppercase == true
        else { return nil }
        return (kind, body)
    }

    /// The items of a list field; none for an absent one.
    func list(_ field: String) -> [SyntaxTree] { self[field]?.items ?? [] }

    /// A flag field; false for an absent one.
    func flag(_ field: String) -> Bool { self[field] == .flag(true) }

    /// A number field; 0 for an absent one.
    func number(_ field: String) -> Int {
        guard case .number(let number)? = self[field] else { return 0 }
        return number
    }

    /// A text field.
    func string(_ field: String) -> String? { self[field]?.string }

    /// The bodies of all nodes of a kind, this one's own included, in the order of the text.
    func descendants(_ kind: String) -> [SyntaxTree] {
        var found: [SyntaxTree] = []
        collect(kind, into: &found)
        return found.sorted { $0.number("location") < $1.number("location") }
    }

    private func collect(_ kind: String, into found: inout [SyntaxTree]) {
        switch self {
        case .object(let fields):
            if let body = fields[kind] { found.append(body) }
            for field in fields.values { field.collect(kind, into: &found) }
        case .list(let items):
            for item in items { item.collect(kind, into: &found) }
        case .text, .number, .flag, .null: break
        }
    }
}
