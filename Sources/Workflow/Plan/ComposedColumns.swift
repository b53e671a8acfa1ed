package import SQL
import YAML

/// Columns that take the place of others, whose values are made of each other by expressions.
package struct ComposedColumns: Sendable, Hashable {
    /// A column that is added.
    package struct Target: Sendable, Hashable {
        package var name: Identifier
        package var type: TypeName
        /// Whether it is NOT NULL in the end; nil: as all the old ones are.
        package var isRequired: Bool?
        /// Its collation; nil: the type's own.
        package var collation: QualifiedName?
        /// Its default from contract on; nil: what the expressions make of the old ones.
        package var `default`: Expression?

        fileprivate var fixed: [String] {
            ["to", name.quoted, type.text, isRequired.map(String.init(_:)) ?? ""]
                + (collation.map { ["collation", $0.quoted] } ?? []) + (`default`.map { ["default", $0.text] } ?? [])
        }
    }

    /// The value of a column, written with the names of the columns of the other side.
    package struct Part: Sendable, Hashable {
        package var column: Identifier
        package var value: Expression
    }

    package var table: QualifiedName
    package var from: [Identifier]
    package var to: [Target]
    /// The new values, one for each of `to`, in its order.
    package var forward: [Expression]
    /// The old values, one for each of `from`, in its order; nil: there is no way back.
    package var backward: [Expression]?
    /// Whether values may come back otherwise than they went.
    package var loss: ChangeType.Loss

    var fixed: [String] {
        [table.quoted] + from.map(\.quoted)
            + to.flatMap(\.fixed)
            + ["forward"] + forward.map(\.text) + ["backward"] + (backward ?? []).map(\.text) + [loss.rawValue]
    }
}

/// Columns that become one.
package struct MergeColumns: Sendable, Hashable {
    package var columns: ComposedColumns
}

/// A column that becomes several.
package struct SplitColumn: Sendable, Hashable {
    package var columns: ComposedColumns
}

extension MergeColumns: ChangeKind {
    package static let key = "merge_columns"
    package static let isListable = true
    package var canBeDualWritten: Bool { true }
    package static let summary = "Columns become one; both shapes can be read and written until contract."

    package var family: String { ComposedColumnsBlueprint.family }
    package var effects: [ApplicationEffect] { ApplicationEffect.copying + [.newColumn] }
    package var table: QualifiedName { columns.table }
    package var line: String { columns.line }
    package var nameWords: [String] { ["merge", table.description] + columns.from.map(\.name) }
    package var fixed: [String] { columns.fixed }

    package static let form = ValueForm<Draft>.section(
        .required("table", .qualifiedName, "The table: its name, or schema.name; taken literally, never folded."),
        .required("from", .names, "The columns that become one."),
        .required("to", ComposedColumns.Target.form, "The new column."),
        .required("merge", .expression, "Its value, written with the names of the columns under from."),
        .optional("split", .parts, "The values of these columns, written with the name of the new one."),
        .optional("loss", .choice(), default: .refused, "Whether values may come back otherwise than they went."),
        build: Draft.init
    ).checked { draft, cursor in
        draft.backward.isRight(for: draft.from, under: "split", cursor)
            && draft.to.isNew(among: draft.from, cursor)
    }.map(\.change)

    /// The section as it is written.
    package struct Draft: Sendable, Hashable {
        fileprivate let table: QualifiedName
        fileprivate let from: [Identifier]
        fileprivate let to: ComposedColumns.Target
        fileprivate let merge: Expression
        fileprivate let backward: [ComposedColumns.Part]?
        fileprivate let loss: ChangeType.Loss

        fileprivate var change: MergeColumns {
            MergeColumns(
                columns: ComposedColumns(
                    table: table,
                    from: from,
                    to: [to],
                    forward: [merge],
                    backward: backward?.ordered(by: from),
                    loss: loss
                )
            )
        }
    }
}

extension SplitColumn: ChangeKind {
    package static let key = "split_column"
    package static let isListable = true
    package var canBeDualWritten: Bool { true }
    package static let summary = "A column becomes several; both shapes can be read and written until contract."

    package var family: String { ComposedColumnsBlueprint.family }
    package var effects: [ApplicationEffect] { ApplicationEffect.copying + [.newColumn] }
    package var table: QualifiedName { columns.table }
    package var line: String { columns.line }
    package var nameWords: [String] { ["split", table.description] + columns.from.map(\.name) }
    package var fixed: [String] { columns.fixed }

    package static let form = ValueForm<Draft>.section(
        .required("table", .qualifiedName, "The table: its name, or schema.name; taken literally, never folded."),
        .required("from", .identifier, "The column that becomes several."),
        .required(
            "to",
            .list(of: ComposedColumns.Target.form, isNonempty: true).withoutRepeats(by: \.name.name),
            "The new columns."
        ),
        .required("split", .parts, "Their values, written with the name of the old one."),
        .optional("merge", .expression, "The old value, written with the names of the new columns."),
        .optional("loss", .choice(), default: .refused, "Whether values may come back otherwise than they went."),
        build: Draft.init
    ).checked { draft, cursor in
        Optional(draft.split).isRight(for: draft.to.map(\.name), under: "split", cursor)
            && draft.to.allSatisfy { $0.isNew(among: [draft.from], cursor) }
    }.map(\.change)

    /// The section as it is written.
    package struct Draft: Sendable, Hashable {
        fileprivate let table: QualifiedName
        fileprivate let from: Identifier
        fileprivate let to: [ComposedColumns.Target]
        fileprivate let split: [ComposedColumns.Part]
        fileprivate let merge: Expression?
        fileprivate let loss: ChangeType.Loss

        fileprivate var change: SplitColumn {
            SplitColumn(
                columns: ComposedColumns(
                    table: table,
                    from: [from],
                    to: to,
                    forward: split.ordered(by: to.map(\.name)),
                    backward: merge.map { [$0] },
                    loss: loss
                )
            )
        }
    }
}

// MARK: - In the plan

extension ComposedColumns {
    fileprivate var line: String {
        "\(table).(\(from.map(\.name).joined(separator: ", "))) -> (\(to.map(\.name.name).joined(separator: ", ")))"
    }
}

extension ComposedColumns.Target {
    static let form = ValueForm<ComposedColumns.Target>.section(
        .required("name", .identifier, "The new column's name."),
        .required("type", .type, "Its type, as after ::."),
        .optional("not_null", .boolean, "Whether it is NOT NULL in the end; as all the old ones are when left out."),
        .optional("collation", .qualifiedName, "Its collation; the type's own when left out."),
        .optional(
            "default",
            .expression,
            "Its default from contract on, as after DEFAULT; what the expressions make of the old ones when left out."
        ),
        build: { ComposedColumns.Target(name: $0, type: $1, isRequired: $2, collation: $3, default: $4) }
    ).checked { target, cursor in
        guard let value = target.default, !value.columns.isEmpty else { return true }
        cursor.refuse(.invalidValue, "'\(value.text)' names a column: a default names none")
        return false
    }

    fileprivate func isNew(among names: [Identifier], _ cursor: Cursor) -> Bool {
        guard names.contains(name) else { return true }
        cursor.refuse(.sameName, "'\(name)' is one of the old columns and a new one")
        return false
    }
}

extension ValueForm where Value == [Identifier] {
    fileprivate static var names: ValueForm { .list(of: .identifier, isNonempty: true).withoutRepeats(by: \.name) }
}

extension ValueForm where Value == [ComposedColumns.Part] {
    /// A mapping of columns to expressions.
    fileprivate static var parts: ValueForm {
        ValueForm(.names(.text(pattern: nil))) { cursor in
            guard var mapping = cursor.mapping() else { return nil }
            var parts: [ComposedColumns.Part] = []
            for key in mapping.keys {
                guard let value = mapping.optional(key).flatMap(ValueForm<Expression>.expression.read) else { continue }
                do throws(InvalidName) {
                    parts.append(ComposedColumns.Part(column: try Identifier(key), value: value))
                } catch {
                    cursor.refuse(.invalidName, error.description, at: mapping.keyRange(of: key))
                }
            }
            mapping.finish()
            return parts.count == mapping.keys.count ? parts : nil
        }
    }
}

extension [ComposedColumns.Part]? {
    /// Whether there is one value for each of the columns, and none for another.
    fileprivate func isRight(for columns: [Identifier], under key: String, _ cursor: Cursor) -> Bool {
        guard let self else { return true }
        let (named, wanted) = (Set(self.map(\.column)), Set(columns))
        if named == wanted { return true }
        let missing = wanted.subtracting(named).map(\.name).sorted().joined(separator: ", ")
        let unknown = named.subtracting(wanted).map(\.name).sorted().joined(separator: ", ")
        let message =
            missing.isEmpty
            ? "'\(key)' has a value for \(unknown), which is none of its columns"
            : "'\(key)' lacks a value for \(missing)"
        cursor.refuse(.outOfRange, message, at: cursor.mapping()?.range(of: key))
        return false
    }
}

extension [ComposedColumns.Part] {
    fileprivate func ordered(by columns: [Identifier]) -> [Expression] {
        columns.compactMap { column in first { $0.column == column }?.value }
    }
}
