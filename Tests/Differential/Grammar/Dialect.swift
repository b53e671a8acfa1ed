import SQL
import Workflow

/// Which version of the application writes.
enum Writer: String, Sendable, CaseIterable {
    case old, both, new
}

/// Where the run stands when a statement is written.
struct Standing: Sendable, Hashable {
    /// The last phase that is done; nil: none, or all are rolled back.
    var phase: Phase?

    /// Whether a move is under way.
    var isMoving = false

    var isSettled: Bool { phase.map { $0 >= .enforce } ?? false }
    /// Whether every row has been copied.
    var isCopied: Bool { phase.map { $0 >= .backfill } ?? false }
    var hasOld: Bool { phase != .contract }
    var hasNew: Bool { phase != nil }

    /// What versions may rely on in the midst of a move between two standings; nil where no version may write on both.
    static func between(_ former: Standing, _ later: Standing) -> Standing? {
        // Contract is one transaction, and takes the old versions' names away.
        guard former.hasOld, later.hasOld else { return nil }
        let phases = [former.phase, later.phase].compactMap { $0 }
        return Standing(phase: phases.count < 2 ? nil : phases.min(), isMoving: true)
    }

    /// The versions of the application that may run.
    func writers(_ shape: Shape) -> [Writer] {
        guard hasNew else { return [.old] }
        guard hasOld else { return [.new] }
        return shape.kind.hasTwoSides ? [.old, .both, .new] : [.old, .new]
    }
}

/// How a version of the application spells what a statement says, in one of the two databases.
struct Dialect {
    let shape: Shape
    let standing: Standing
    let writer: Writer
    /// In the twin every version is an old one.
    let isTwin: Bool

    private var subject: Subject { shape.subject }
    private var isOld: Bool { isTwin || writer == .old }

    /// The table, or a view of the same rows under the name that the version knows; a view cannot do everything.
    func table(byTableAlone: Bool = false) throws -> String {
        guard subject.renamesTable, !isTwin else { return try shape.relation(.table) }
        let isView = writer == .new ? !standing.isSettled : standing.isSettled
        let usesNew = isView && byTableAlone ? writer != .new : writer == .new
        return try shape.relation(usesNew ? .target : .table)
    }

    // MARK: - Writing

    /// The columns that the version writes for the subject.
    func columns() throws -> [String] {
        let old = try subject.old.map { try shape.quoted($0.slot) }
        if isOld { return old }
        if shape.kind.isCrossTable { return [] }
        return writer == .both ? old + (try newColumns()) : try newColumns()
    }

    func types() throws -> [String] {
        let old = try subject.old.map(shape.type)
        if isOld { return old }
        if shape.kind.isCrossTable { return [] }
        return writer == .both ? old + (try subject.new.map(shape.type)) : try subject.new.map(shape.type)
    }

    func values(_ pair: Int) -> [String?] {
        let pair = subject.pairs[pair % subject.pairs.count]
        if isOld { return pair.old }
        if shape.kind.isCrossTable { return [] }
        return writer == .both ? pair.old + pair.new : pair.new
    }

    /// The new columns by the names they have now.
    func newColumns() throws -> [String] {
        let keeps = subject.keepsName && !standing.hasOld
        return try (keeps ? subject.old : subject.new).map { try shape.quoted($0.slot) }
    }

    // MARK: - Reading

    /// Whether the version reads the new columns: not before they hold every row.
    private var readsNew: Bool {
        if isOld { return false }
        return standing.hasOld ? writer == .new && standing.isCopied : true
    }

    /// The old values as text, as the version reads them.
    func reading(_ prefix: String = "") throws -> [String] {
        // A statement does not see what it has written in another table.
        if shape.kind.isCrossTable, writer == .new { return [] }
        if readsNew { return try newReading(prefix) }
        guard !subject.old.isEmpty else { return [] }
        if !standing.hasOld, !isTwin { return try newReading(prefix) }
        return try oldReading(prefix)
    }

    func oldReading(_ prefix: String = "") throws -> [String] {
        try subject.old.map { part in
            let column = prefix + (try shape.quoted(part.slot))
            return subject.fill.map { "coalesce(\(column), \($0))::text" } ?? "\(column)::text"
        }
    }

    func newReading(_ prefix: String = "") throws -> [String] {
        if shape.kind.isLink { return ["(\(try link(of: "\(table()).\(shape.quoted(.key))")))::text"] }
        if shape.kind.isCrossTable {
            let key = "\(try table()).\(try shape.quoted(.key))"
            return try newColumns().map { column in
                try
                    "(SELECT i.\(column) FROM \(shape.relation(.target)) i WHERE i.\(shape.quoted(.otherKey)) = \(key))::text"
            }
        }
        let names = try newColumns().map { prefix + $0 }
        return try subject.back.enumerated().map { place, expression in
            var text = expression
            for (number, name) in names.enumerated() { text = text.replacing("$\(number + 1)", with: name) }
            text = text.replacing("$schema", with: try shape.quoted(.schema))
            return "(\(text))::\(try shape.type(subject.old[place]))::text"
        }
    }

    /// A query for what a row is linked to in the new shape.
    private func link(of key: String) throws -> String {
        let (far, link) = try (shape.quoted(.otherKey), shape.quoted(.newA))
        return shape.kind == .linkTable
            ? "SELECT i.\(link) FROM \(try shape.relation(.target)) i WHERE i.\(try shape.quoted(.newB)) = \(key)"
            : "SELECT i.\(far) FROM \(try shape.relation(.parent)) i WHERE i.\(link) = \(key)"
    }

    /// A condition that is true for the rows with a value.
    func equals(_ pair: Int, _ prefix: String = "") throws -> String {
        let isNew = readsNew || (!isTwin && !standing.hasOld)
        let names = isNew ? try newColumns() : try subject.old.map { try shape.quoted($0.slot) }
        let pair = subject.pairs[pair % subject.pairs.count]
        let values = isNew ? pair.new : pair.old
        let terms = try zip(names, values).map { name, value in
            value == nil ? "\(prefix)\(name) IS NULL" : "\(prefix)\(name) = \(try shape.text(value))"
        }
        return terms.isEmpty ? "true" : terms.joined(separator: " AND ")
    }
}
