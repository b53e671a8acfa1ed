import SQL

/// What Prisma says about a migration before it runs, without a look at the rows.
package struct MigrationWarnings: Sendable, Hashable {
    /// Data that may be lost, and steps that may fail.
    package var risks: [String] = []

    /// Steps that fail wherever a table has rows.
    package var impossible: [String] = []

    /// Whether there is nothing to say.
    package var isEmpty: Bool { risks.isEmpty && impossible.isEmpty }
}

extension Migration {
    /// The warnings, in the order of the steps.
    package var warnings: MigrationWarnings {
        var warnings = MigrationWarnings()
        for step in steps { warnings.add(step) }
        return warnings
    }

    /// The script with the comment that `prisma migrate dev` puts before it where there are warnings.
    package var annotatedScript: String {
        let warnings = warnings
        if warnings.isEmpty { return script }
        let lines = (warnings.risks + warnings.impossible).map { "  - \($0)\n" }
        // A name must not end the comment it stands in.
        let text = lines.joined().replacing("*/", with: "* /").replacing("/*", with: "/ *")
        return "/*\n  Warnings:\n\n\(text)\n*/\n\(script)"
    }
}

extension MigrationWarnings {
    fileprivate mutating func add(_ step: MigrationStep) {
        switch step {
        case .dropTable(let table):
            risks.append(
                "You are about to drop the `\(table.shortName)` table. If the table is not empty, all the data it contains will be lost."
            )
        case .alterTable(let alteration):
            for change in alteration.changes { add(change, alteration.previous.shortName) }
        case .createIndex(let creation)
        where creation.index.isUnique && creation.isOnExistingTable && !creation.isRecreation:
            let columns = creation.index.columns.map(\.name.name).joined(separator: ",")
            risks.append(
                "A unique constraint covering the columns `[\(columns)]` on the table `\(creation.table.name)` will be added. "
                    + "If there are existing duplicate values, this will fail."
            )
        case .alterEnum(let alteration) where !alteration.removed.isEmpty:
            let values = alteration.removed.joined(separator: ",")
            risks.append(
                "The values [\(values)] on the enum `\(alteration.next.name.name)` will be removed. "
                    + "If these variants are still used in the database, this will fail."
            )
        default: break
        }
    }

    private mutating func add(_ change: TableChange, _ table: String) {
        switch change {
        case .dropPrimaryKey:
            risks.append(
                "The primary key for the `\(table)` table will be changed. "
                    + "If it partially fails, the table could be left without primary key constraint."
            )
        case .dropColumn(let column):
            risks.append(
                "You are about to drop the column `\(column.name)` on the `\(table)` table. All the data in the column will be lost."
            )
        case .addColumn(let column): added(column, table)
        case .alterColumn(let alteration): altered(alteration, table)
        case .recreateColumn(let alteration): recreated(alteration, table)
        case .renamePrimaryKey, .addPrimaryKey: break
        }
    }

    private mutating func added(_ column: Column, _ table: String) {
        guard column.arity == .required, column.defaultValue == nil else { return }
        if column.hasClientDefault {
            impossible.append(
                "The required column `\(column.name)` was added to the `\(table)` table with a prisma-level default value. "
                    + "This is not possible if the table is not empty. "
                    + "Please add this column as optional, then populate it before making it required."
            )
        } else {
            impossible.append(Self.addedRequired(column, table))
        }
    }

    private static func addedRequired(_ column: Column, _ table: String) -> String {
        "Added the required column `\(column.name)` to the `\(table)` table without a default value. "
            + "This is not possible if the table is not empty."
    }

    private mutating func altered(_ alteration: ColumnAlteration, _ table: String) {
        let (previous, next) = (alteration.previous, alteration.next)
        if alteration.changes.arity, previous.arity == .optional, next.arity == .required {
            impossible.append(
                "Made the column `\(previous.name)` on table `\(table)` required. "
                    + "This step will fail if there are existing NULL values in that column."
            )
        }
        if alteration.changes.arity, previous.arity != .list, next.arity == .list {
            impossible.append(
                "Changed the column `\(previous.name)` on the `\(table)` table from a scalar field to a list field. "
                    + "If there are non-null values in that column, this step will fail."
            )
        }
        guard alteration.changes.type == .risky else { return }
        risks.append(
            "You are about to alter the column `\(previous.name)` on the `\(table)` table. "
                + "The data in that column could be lost. "
                + "The data in that column will be cast from `\(previous.type.name)` to `\(next.type.name)`."
        )
    }

    private mutating func recreated(_ alteration: ColumnAlteration, _ table: String) {
        let (previous, next) = (alteration.previous, alteration.next)
        guard next.arity == .required, next.defaultValue == nil else {
            risks.append(
                "The `\(previous.name)` column on the `\(table)` table would be dropped and recreated. "
                    + "This will lead to data loss if there is data in the column."
            )
            return
        }
        if previous.arity == .optional { return impossible.append(Self.addedRequired(previous, table)) }
        impossible.append(
            "Changed the type of `\(previous.name)` on the `\(table)` table. No cast exists, the column would be dropped "
                + "and recreated, which cannot be done if there is data, since the column is required."
        )
    }
}

extension Table {
    /// Its name without a schema, as Prisma's messages have it.
    fileprivate var shortName: String { name.name.name }
}

extension ColumnType {
    /// As Prisma's messages write it.
    fileprivate var name: String {
        switch self {
        case .native(let native): native.description
        case .enumeration(let name): "Enum(\"\(name.name)\")"
        case .unsupported(let text): "Unsupported(\"\(text)\")"
        }
    }
}
