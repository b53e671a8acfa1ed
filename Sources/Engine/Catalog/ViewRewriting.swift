import Postgres
import SQL
import Workflow

/// The views over one column, written anew over a clone of the table for the column that takes its place.
///
/// Each is created, the old column is renamed to a name that nobody would give, and the view's text is read: wherever that name
/// stands, the new column belongs. Where its text has the column without naming it, as JOIN ... USING does, the new column gets
/// the old one's name while the view is made of the text that it has.
struct ViewRewriting {
    private let clone: ViewClone
    private let column: ViewReader.Replacement
    /// What each view comes to, by its number.
    private(set) var written: [UInt32: DependentView] = [:]
    /// Why the others cannot be written.
    private(set) var hindrances: [UInt32: String] = [:]

    /// Writes all of them; `shared` are those that are switched for other columns, too: their text has to name each.
    ///
    /// - Throws: PostgresError where it is not a view that the server refuses.
    init(_ candidates: [ViewCandidate], _ column: ViewReader.Replacement, over clone: ViewClone, shared: Set<UInt32>)
        throws
    {
        self.clone = clone
        self.column = column
        try clone.connection.execute("SAVEPOINT views")
        var found: [Found] = []
        for candidate in candidates {
            try attempt(candidate) { rewriting in found.append(try rewriting.find(candidate, over: found)) }
        }
        try clone.rename(column.old, to: clone.mark)
        let marked = try found.map { try clone.definition(of: $0.view).text }
        try clone.rename(clone.mark, to: column.old)
        for one in found.reversed() {
            try clone.connection.execute("DROP VIEW \(clone.name(of: one.view).quoted)")
        }
        for (one, text) in zip(found, marked) {
            try attempt(one.view) {
                let mapped = try column.oldValue?.text(text, marked: clone.mark, as: .query) ?? text
                let query = ServerText(mapped.replacing(clone.mark.quoted, with: column.new.quoted))
                try $0.write(one, query, isShared: shared.contains(one.view.oid))
            }
        }
        try clone.connection.execute("ROLLBACK TO SAVEPOINT views; RELEASE SAVEPOINT views")
        for candidate in candidates { hindrances[candidate.oid] = candidate.hindrance ?? hindrances[candidate.oid] }
    }

    /// A view as it is, over the clone.
    private struct Found {
        let view: ViewCandidate
        let query: ServerText
        /// With the new column for the old one.
        let reads: ViewClone.Reads
    }

    private func find(_ view: ViewCandidate, over found: [Found]) throws -> Found {
        try refuseBroken(view)
        let query = try clone.query(of: view, over: found.map(\.view).filter { view.below.contains($0.oid) })
        try clone.create(view, query)
        return Found(view: view, query: query, reads: try clone.reads(view, replacing: column))
    }

    /// With `query`, or else by the new column's standing in for the old one.
    private mutating func write(_ one: Found, _ query: ServerText, isShared: Bool) throws {
        let view = one.view
        try refuseBroken(view)
        var isExchanged = false
        try clone.create(view, query)
        if try !one.reads.isKept(in: clone.reads(view)) {
            guard column.oldValue == nil else {
                throw ViewReader.Hindrance(message: "its definition does not name the column where it reads it")
            }
            isExchanged = true
            try clone.connection.execute("DROP VIEW \(clone.name(of: view).quoted)")
            try clone.rename(column.old, to: clone.mark)
            try clone.rename(column.new, to: column.old)
            try clone.create(view, one.query)
            try clone.rename(column.old, to: column.new)
            try clone.rename(clone.mark, to: column.old)
            guard !isShared, try one.reads.isKept(in: clone.reads(view)) else {
                throw ViewReader.Hindrance(message: "its definition does not name the column where it reads it")
            }
        }
        var result = DependentView(
            name: view.name,
            before: view.definition,
            after: clone.original(try clone.definition(of: view)),
            options: view.options
        )
        if isExchanged { result.isExchanged = true }
        if try isExchanged || !clone.hasTheSameColumns(view) { result.recreation = view.recreation }
        written[view.oid] = result
    }

    private func refuseBroken(_ view: ViewCandidate) throws(ViewReader.Hindrance) {
        guard hindrances.keys.contains(where: view.below.contains) else { return }
        throw ViewReader.Hindrance(message: "it reads a view that cannot be written for the new column")
    }

    /// What is refused leaves no trace, but for its reason.
    private mutating func attempt(_ view: ViewCandidate, _ action: (inout ViewRewriting) throws -> Void) throws {
        try clone.connection.execute("SAVEPOINT view")
        do {
            try action(&self)
            try clone.connection.execute("RELEASE SAVEPOINT view")
            return
        } catch let hindrance as ViewReader.Hindrance {
            hindrances[view.oid] = hindrance.message
        } catch let error as SyntaxError {
            hindrances[view.oid] = "its definition cannot be read: \(error.message)"
        } catch PostgresError.server(let refusal) {
            hindrances[view.oid] = "the server refuses it over the new column: \(refusal.message)"
        }
        try clone.connection.execute("ROLLBACK TO SAVEPOINT view; RELEASE SAVEPOINT view")
    }
}
