import SQL
import Workflow

/// An index or check whose expressions read a column that gets other values: the old value, which they are written for, is made
/// of the new one.
struct MappedDefinition {
    typealias Place = WritableKeyPath<TableFacts, Bool?>

    /// Where the facts say that it is one of these.
    let place: Place
    /// As in a message: `the check price_amount_check`.
    let shown: String
    let mapping: TypeMapping
    /// Takes the one for the old values off the clone.
    let drop: String
    /// Puts the one for the new values there.
    let add: String

    static let remedy = "drop it before, and add it anew after contract by a plan of its own (add_constraint)"

    func refused(_ problem: String) -> Finding { Self.refused(shown, mapping, problem) }

    fileprivate static func refused(_ shown: String, _ mapping: TypeMapping, _ problem: String) -> Finding {
        let message = "\(shown) cannot be made for values of which \(mapping.backward.text) is the old one: \(problem)"
        return Finding("cannot-carry", .refused, message, hint: remedy)
    }
}

extension MappedDefinition {
    /// Composes the definitions for a clone in which the column is of the new type.
    struct Reader {
        let clone: QualifiedName
        /// The column's name in the clone, and in the definitions that are there for the retired one.
        let column: Identifier
        let mapping: TypeMapping
        let facts: TableFacts

        /// The definitions of what reads the column in an expression, and a finding for each that cannot be read.
        func definitions() throws -> (made: [MappedDefinition], findings: [Finding]) {
            var made: [MappedDefinition] = []
            var findings: [Finding] = []
            func add(_ shown: String, _ definition: () throws -> MappedDefinition?) rethrows {
                do {
                    if let definition = try definition() { made.append(definition) }
                } catch let error as SyntaxError {
                    findings.append(MappedDefinition.refused(shown, mapping, error.message))
                }
            }
            for (place, index) in facts.indexes.enumerated() {
                let shown = "the index \(index.name)"
                try add(shown) { try definition(of: index, shown, \.indexes[place].isMapped) }
            }
            for (place, check) in facts.checks.enumerated() {
                let shown = "the check \(check.name)"
                try add(shown) { try definition(of: check, shown, \.checks[place].isMapped) }
            }
            return (made, findings)
        }

        /// The old value, made of the new one.
        private func oldValue() throws -> String {
            try ColumnUses(of: facts.column.name, inExpression: mapping.backward.text).replaced(by: column.quoted)
        }

        private func definition(of index: IndexFacts, _ shown: String, _ place: Place) throws -> MappedDefinition? {
            let uses = try ColumnUses(of: column, inIndex: index.definition.retired.text)
            guard !uses.isEmpty else { return nil }
            let name = QualifiedName(schema: clone.schema, name: index.name)
            return MappedDefinition(
                place: place,
                shown: shown,
                mapping: mapping,
                drop: "DROP INDEX \(name.quoted)",
                add: """
                    CREATE \(index.isUnique ? "UNIQUE " : "")INDEX \(index.name.quoted) ON \(clone.quoted) \
                    \(uses.replaced(by: try oldValue()))
                    """
            )
        }

        private func definition(of check: CheckFacts, _ shown: String, _ place: Place) throws -> MappedDefinition? {
            guard let expression = check.expression?.retired.text else { return nil }
            let uses = try ColumnUses(of: column, inExpression: expression)
            guard !uses.isEmpty else { return nil }
            // As pg_get_constraintdef writes it: what follows the expression says how it is inherited, and more on newer servers.
            let (head, whole) = ("CHECK (\(expression))", check.definition.retired.text)
            guard whole.hasPrefix(head) else {
                throw SyntaxError(message: "its definition reads otherwise than expected", position: 0, text: whole)
            }
            return MappedDefinition(
                place: place,
                shown: shown,
                mapping: mapping,
                drop: "ALTER TABLE \(clone.quoted) DROP CONSTRAINT \(check.name.quoted)",
                add: """
                    ALTER TABLE \(clone.quoted) ADD CONSTRAINT \(check.name.quoted) \
                    CHECK (\(uses.replaced(by: try oldValue())))\(whole.dropFirst(head.count))
                    """
            )
        }
    }
}
