import SQL

extension EnumAlteration {
    /// Values are added in place; to remove one, the type is made anew and the columns are cast.
    var statements: [String] {
        removed.isEmpty ? additions : replacement
    }

    private var additions: [String] {
        var statements = added.map { "ALTER TYPE \(previous.name.quoted) ADD VALUE \($0.quotedForSQL)" }
        if statements.count > 1 { statements[0] = "\(Self.remark)\n\n\n\(statements[0])" }
        return statements
    }

    private static let remark = """
        -- This migration adds more than one value to an enum.
        -- With PostgreSQL versions 11 and earlier, this is not possible
        -- in a single migration. This can be worked around by creating
        -- multiple migrations, each migration adding only one value to
        -- the enum.
        """

    private var replacement: [String] {
        let name = next.name.name
        let new = next.name.sibling(Identifier(shortening: "\(name)_new"))
        let old = previous.name.sibling(Identifier(shortening: "\(name)_old"))
        var statements = ["BEGIN"]
        statements.append(
            "CREATE TYPE \(new.quoted) AS ENUM (\(next.values.map(\.quotedForSQL).joined(separator: ", ")))"
        )
        statements += defaults.map { "ALTER TABLE \($0.table.quoted) ALTER COLUMN \($0.column.quoted) DROP DEFAULT" }
        statements += columns.map { column in
            let list = column.isList ? "[]" : ""
            let alter = "ALTER TABLE \(column.table.quoted) ALTER COLUMN \(column.name.quoted) TYPE"
            // Its values may be the removed ones, and it is dropped in any case.
            if column.isDropped { return "\(alter) TEXT\(list) USING (\(column.name.quoted)::text\(list))" }
            let type = new.quoted + list
            let cast = "\(column.name.quoted)::text\(list)::\(type)"
            return "\(alter) \(type) USING (\(cast))"
        }
        statements.append("ALTER TYPE \(previous.name.quoted) RENAME TO \(old.name.quoted)")
        statements.append("ALTER TYPE \(new.quoted) RENAME TO \(name.quoted)")
        statements.append("DROP TYPE \(old.quoted)")
        statements += defaults.compactMap { value in
            value.next.map { "ALTER TABLE \(value.table.quoted) ALTER COLUMN \(value.column.quoted) SET DEFAULT \($0)" }
        }
        statements.append("COMMIT")
        return statements
    }
}
