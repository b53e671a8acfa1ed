import SQL

extension Migration {
    /// The migration as Prisma writes it into a file, with a final newline.
    package var script: String {
        if steps.isEmpty { return "-- This is an empty migration.\n" }
        let blocks = steps.map { step in
            "-- \(step.kind)\n" + step.statements.map { "\($0);\n" }.joined()
        }
        return blocks.joined(separator: "\n")
    }
}

extension MigrationStep {
    /// Its statements without semicolons.
    package var statements: [String] {
        switch self {
        case .createSchema(let name): ["CREATE SCHEMA IF NOT EXISTS \(name.quoted)"]
        case .dropExtension(let value): ["DROP EXTENSION \(value.name.quoted)"]
        case .createExtension(let value): [value.creation]
        case .createEnum(let type):
            ["CREATE TYPE \(type.name.quoted) AS ENUM (\(type.values.map(\.quotedForSQL).joined(separator: ", ")))"]
        case .alterEnum(let alteration): alteration.statements
        case .dropForeignKey(let key, let table): ["ALTER TABLE \(table.quoted) DROP CONSTRAINT \(key.name.quoted)"]
        case .dropIndex(let index, let table): ["DROP INDEX \(table.sibling(index.name).quoted)"]
        case .alterTable(let alteration): alteration.statements
        case .dropTable(let table): ["DROP TABLE \(table.name.quoted)"]
        case .dropEnum(let type): ["DROP TYPE \(type.name.quoted)"]
        case .createTable(let table): [table.creation]
        case .createIndex(let creation): [creation.statement]
        case .renameForeignKey(let renaming):
            [
                "ALTER TABLE \(renaming.table.quoted) RENAME CONSTRAINT \(renaming.previous.quoted) TO \(renaming.next.quoted)"
            ]
        case .addForeignKey(let key, let table): ["ALTER TABLE \(table.quoted) ADD \(key.definition)"]
        case .renameIndex(let renaming):
            ["ALTER INDEX \(renaming.table.sibling(renaming.previous).quoted) RENAME TO \(renaming.next.quoted)"]
        }
    }
}

extension QualifiedName {
    /// Another object in the same schema.
    func sibling(_ name: Identifier) -> QualifiedName { QualifiedName(schema: schema, name: name) }
}

extension [Identifier] {
    /// In quotes, with commas.
    var quotedList: String { map(\.quoted).joined(separator: ", ") }
}

extension Extension {
    fileprivate var creation: String {
        var text = "CREATE EXTENSION IF NOT EXISTS \(name.quoted)"
        if schema != nil || version != nil { text += " WITH" }
        if let schema { text += " SCHEMA \(schema.quoted)" }
        // The version may be a name or a string; as a name it would need quotes of its own.
        if let version { text += " VERSION \(version.quotedForSQL)" }
        return text
    }
}

extension Table {
    /// The statement that makes it, without its indexes and foreign keys.
    fileprivate var creation: String {
        let key = primaryKey.map { key in
            let columns = key.columns.map(\.name.quoted).joined(separator: ",")
            return ",\n\n    CONSTRAINT \(key.name.quoted) PRIMARY KEY (\(columns))"
        }
        return "CREATE TABLE \(name.quoted) (\n\(columns.map(\.definition).joined(separator: ",\n"))\(key ?? "")\n)"
    }
}

extension IndexCreation {
    fileprivate var statement: String {
        let columns = index.columns.map { column in
            column.name.quoted + (column.operatorClass.map { " \($0.name)" } ?? "")
                + (column.order.map { " \($0.rawValue)" } ?? "")
        }
        let method = index.method == .bTree ? "" : " USING \(index.method.rawValue.uppercased()) "
        let condition = index.predicate.map { " WHERE (\($0))" } ?? ""
        return "CREATE \(index.isUnique ? "UNIQUE " : "")INDEX \(index.name.quoted) ON \(table.quoted)\(method)"
            + "(\(columns.joined(separator: ", ")))\(condition)"
    }
}

extension ForeignKey {
    fileprivate var definition: String {
        "CONSTRAINT \(name.quoted) FOREIGN KEY (\(columns.quotedList)) REFERENCES "
            + "\(referencedTable.quoted)(\(referencedColumns.quotedList)) ON DELETE \(onDelete.sql) ON UPDATE \(onUpdate.sql)"
    }
}

extension ReferentialAction {
    fileprivate var sql: String {
        switch self {
        case .cascade: "CASCADE"
        case .restrict: "RESTRICT"
        case .noAction: "NO ACTION"
        case .setNull: "SET NULL"
        case .setDefault: "SET DEFAULT"
        }
    }
}
